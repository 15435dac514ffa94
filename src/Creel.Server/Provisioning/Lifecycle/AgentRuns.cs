using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>The agents of a plan, some at once, each to its own end.</summary>
/// <param name="known">What was kept of them before, by their ids there.</param>
internal sealed class AgentRuns(
    GatewayWork work,
    GatewayReach gateway,
    AgentEnds ends,
    GatewayAway away,
    GatewaySight sight,
    IReadOnlyDictionary<string, ProvisionRecord> known
)
{
    /// <summary>Agents whose files are written at once, on the one line.</summary>
    private const int AtOnce = 6;

    private readonly Dictionary<string, ProvisionRecord> records = new(StringComparer.Ordinal);

    /// <summary>As it was begun.</summary>
    public ProvisionRecord Record(AgentPlan plan) => records[plan.Desired.Registration.Id];

    /// <summary>Written down before anything is done: who ends here is found waiting by the next.</summary>
    public async Task BeginAsync(ProvisionPlan plan, CancellationToken cancel)
    {
        foreach (var agent in plan.Agents)
        {
            records[agent.Desired.Registration.Id] = await BeginAsync(agent, cancel);
        }
    }

    public Task RunAsync(ProvisionPlan plan, CancellationToken cancel) =>
        Parallel.ForEachAsync(
            plan.Agents.Where(a => !ends.Has(a.Desired)).OrderBy(a => a.Desired.Kind == AgentKind.Main),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (agent, stop) => await OneAsync(agent, Record(agent), stop)
        );

    private async Task<ProvisionRecord> BeginAsync(AgentPlan plan, CancellationToken cancel)
    {
        var id = plan.Desired.Registration.Id;
        var before = known.GetValueOrDefault(id);
        var there = sight.Agents[id].IsThere;
        var record = (before ?? ends.Fresh(plan.Desired.Agent, id)) with { Agent = plan.Desired.Agent };
        record = Remembering.Seen(record, plan.Desired, sight.Agents[id]);
        if (plan.Absent || plan.IsImported || IsSettled(plan, record))
        {
            return record;
        }

        record = record with
        {
            First = record.First ?? sight.Agents[id].IsNew(work.Name is null),
            Made = record.Made || (!there && work.Name is not null),
            Owed = work.Options.Owing(record.Owed),
            Wake = plan.Wake,
            Standing = Standing.Waiting,
            NextTry = work.Time.GetUtcNow(),
        };
        await work.Ports.Store.PutAsync(record, cancel);
        return record;
    }

    private async Task OneAsync(AgentPlan plan, ProvisionRecord record, CancellationToken cancel)
    {
        var before = known.GetValueOrDefault(record.Id);
        if (plan.Absent || plan.IsImported)
        {
            var why = plan.Absent ? "it is not there" : "it is its gateway's own (files: false)";
            if (plan.IsImported && before is not null)
            {
                // It was ours, and is not any more: nothing is owed to it.
                await LetBeAsync(before, plan.Desired, cancel);
            }
            else if (plan.Absent && before is { NextTry: not null })
            {
                record = before with { Standing = Standing.Failed, Error = Absent(before), NextTry = null };
                await work.Ports.Store.PutAsync(record, cancel);
            }

            ends.Add(new AgentEnd(record, record.Standing, Wrote: false, AgentEnds.IsMain(plan.Desired), why), record.Id);
            return;
        }

        foreach (var file in plan.Files.Where(f => f.Act == FileAct.Keep))
        {
            Tell(record, $"{file.Name} kept: {PlanViews.Word(file.Reason)}");
        }

        if (IsSettled(plan, record))
        {
            if (record != before)
            {
                await work.Ports.Store.PutAsync(record, cancel);
            }

            ends.Add(new AgentEnd(record, record.Standing, Wrote: false, AgentEnds.IsMain(plan.Desired)), record.Id);
            return;
        }

        if (away.Fault is { } gone)
        {
            await ends.FailAsync(plan.Desired, record, gone, wrote: false, cancel);
            return;
        }

        var standing = sight.Tokens.GetValueOrDefault(record.Id);
        var run = new AgentRun(work.Ports, gateway, work.Time, standing, text => Tell(record, text));
        try
        {
            await run.RunAsync(plan, record, away.Token);
            ends.Add(new AgentEnd(run.Record, run.Record.Standing, plan.HasWork, AgentEnds.IsMain(plan.Desired)), record.Id);
        }
        catch (Exception e) when (GatewayWork.IsTold(e, cancel))
        {
            await ends.FailAsync(plan.Desired, run.Record, await away.OfAsync(e, gateway.Plane), wrote: true, cancel);
        }
    }

    /// <summary>Of one that is its gateway's own it is kept that we made it: who is taken away again is known by that.</summary>
    private async Task LetBeAsync(ProvisionRecord before, DesiredAgent agent, CancellationToken cancel)
    {
        var own = Remembering.Own(before, agent.Agent);
        if (own is null)
        {
            await work.Ports.Store.RemoveAsync(work.Name, before.Id, cancel);
        }
        else if (own != before)
        {
            await work.Ports.Store.PutAsync(own, cancel);
        }
    }

    private static Fault Absent(ProvisionRecord record) =>
        Fault.NotFound("agent-absent", "it is not at its gateway, and was not to be made", StandingRule.Command(record));

    private void Tell(ProvisionRecord record, string text) => work.Tell(new ProvisionEvent.Step(work.Name, record.Agent, text));

    private static bool IsSettled(AgentPlan plan, ProvisionRecord record) =>
        !plan.HasWork && plan.Owes == record.Owed && record is { Standing: Standing.Provisioned, NextTry: null };
}
