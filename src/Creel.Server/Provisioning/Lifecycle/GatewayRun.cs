using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>One gateway, looked at, planned and brought to where the habitat wants it. Whatever goes wrong, each agent ends somewhere.</summary>
/// <param name="name">Of the gateway; null: ours.</param>
internal sealed class GatewayRun(
    LifecyclePorts ports,
    string? name,
    DesiredReading wanted,
    ProvisionOptions options,
    TimeProvider time,
    Action<ProvisionEvent> tell
)
{
    /// <summary>Agents whose files are written at once, on the one line.</summary>
    private const int AtOnce = 6;

    private readonly AgentEnds ends = new(ports, name, time, tell);
    private GatewayReach gateway = null!;
    private LineFigures? before;

    /// <summary>Looks, and plans; changes nothing.</summary>
    /// <exception cref="CreelException">The gateway can't be looked at.</exception>
    public async Task<(ProvisionPlan Plan, GatewaySight Sight, Dictionary<string, ProvisionRecord> Records)> PlanAsync(
        ProvisionScope scope,
        CancellationToken cancel
    )
    {
        await ReachAsync(cancel);
        var records = await ends.RecordsAsync(cancel);
        var desired = wanted.Agents.Where(scope.Takes).ToList();
        var sight = await new GatewayLook(gateway, ports.Tokens).LookAsync(desired, records, options, cancel);
        // One that is wanted, and not in this run, is not leaving.
        var plan = Planner.Plan(
            name,
            [.. sight.Desired.Where(d => sight.Agents.ContainsKey(d.Registration.Id))],
            sight.Roster,
            sight.Agents,
            [.. records.Values.Where(r => scope.Takes(r) && (!IsWanted(r) || sight.Agents.ContainsKey(r.Id)))],
            options
        );
        return (plan, sight, records);
    }

    /// <returns>All that were in it, by their ids there.</returns>
    public async Task<IReadOnlyCollection<AgentEnd>> RunAsync(ProvisionScope scope, CancellationToken cancel)
    {
        try
        {
            if (options.Mode == ProvisioningMode.Seed)
            {
                await SeedAsync(scope, cancel);
                return ends.All;
            }

            var (plan, sight, records) = await PlanAsync(scope, cancel);
            tell(new ProvisionEvent.Planned(plan));
            await ApplyAsync(plan, sight, records, scope, cancel);
            foreach (var (agent, problem) in wanted.Problems.Where(p => scope.Takes(p.Agent)))
            {
                await ends.FailAsync(records.Values.FirstOrDefault(r => r.Agent == agent), agent, problem, cancel);
            }
        }
        catch (CreelException e)
        {
            tell(new ProvisionEvent.Unreached(name, e.Fault));
            await AllFailAsync(scope, e.Fault, cancel);
        }
        finally
        {
            if (name is not null && before is not null)
            {
                tell(new ProvisionEvent.Asked(name, gateway.Figures!().Since(before)));
            }
        }

        return ends.All;
    }

    private async Task ReachAsync(CancellationToken cancel)
    {
        gateway = await ports.ReachAsync(name, options.Mode, cancel);
        before = gateway.Figures?.Invoke();
    }

    /// <summary>One after another, as the original did; what goes wrong waits for a person, who says the same once more.</summary>
    private async Task SeedAsync(ProvisionScope scope, CancellationToken cancel)
    {
        await ReachAsync(cancel);
        var records = await ends.RecordsAsync(cancel);
        foreach (var agent in wanted.Agents.Where(d => scope.Takes(d) && d.Files is not null))
        {
            var id = agent.Registration.Id;
            var record = records.GetValueOrDefault(id) ?? ends.Fresh(agent.Agent, id);
            var run = new SeedRun(ports, gateway, time, t => tell(new ProvisionEvent.Step(name, agent.Agent, t)));
            try
            {
                record = await run.RunAsync(agent, record, options, cancel);
                await ports.Store.PutAsync(record, cancel);
                ends.Add(new AgentEnd(record, record.Standing, Wrote: true, AgentEnds.IsMain(agent)), id);
            }
            catch (CreelException e)
            {
                var after = StandingRule.After(record, e.Fault, time.GetUtcNow(), ports.Chance());
                after = after with { Standing = Standing.Failed, NextTry = null };
                await ports.Store.PutAsync(after, cancel);
                ends.Add(new AgentEnd(after, after.Standing, Wrote: true, AgentEnds.IsMain(agent)), id);
            }
        }
    }

    private async Task ApplyAsync(
        ProvisionPlan plan,
        GatewaySight sight,
        Dictionary<string, ProvisionRecord> known,
        ProvisionScope scope,
        CancellationToken cancel
    )
    {
        var records = new Dictionary<string, ProvisionRecord>(StringComparer.Ordinal);
        foreach (var agent in plan.Agents)
        {
            records[agent.Desired.Registration.Id] = await BeginAsync(agent, sight, known, cancel);
        }

        foreach (var agent in wanted.Agents.Where(d => scope.Takes(d) && sight.Faults.ContainsKey(d.Registration.Id)))
        {
            var id = agent.Registration.Id;
            await ends.FailAsync(
                agent,
                known.GetValueOrDefault(id) ?? ends.Fresh(agent.Agent, id),
                sight.Faults[id],
                wrote: false,
                cancel
            );
        }

        foreach (var agent in plan.Agents.Where(a => a.Refusal is not null))
        {
            await ends.FailAsync(agent.Desired, records[agent.Desired.Registration.Id], agent.Refusal!, wrote: false, cancel);
        }

        await RegisterAsync(plan, records, cancel);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(
            plan.Agents.Where(a => !ends.Has(a.Desired)).OrderBy(a => a.Desired.Kind == AgentKind.Main),
            parallel,
            async (agent, stop) =>
            {
                var id = agent.Desired.Registration.Id;
                await OneAsync(agent, known.GetValueOrDefault(id), records[id], sight, stop);
            }
        );
        foreach (var leaving in plan.Leaving)
        {
            await LeaveAsync(leaving, cancel);
        }
    }

    /// <summary>Written down before anything is done: who ends here is found waiting by the next.</summary>
    private async Task<ProvisionRecord> BeginAsync(
        AgentPlan plan,
        GatewaySight sight,
        Dictionary<string, ProvisionRecord> known,
        CancellationToken cancel
    )
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
            First = record.First ?? sight.Agents[id].IsNew(name is null),
            Made = record.Made || (!there && name is not null),
            Owed = record.Owed | options.Asks,
            Wake = plan.Wake,
            Standing = Standing.Waiting,
            NextTry = time.GetUtcNow(),
        };
        await ports.Store.PutAsync(record, cancel);
        return record;
    }

    /// <summary>All that have to be made or changed in one go; where that does not go for a reason of one of them, it is searched for by halves.</summary>
    private async Task RegisterAsync(ProvisionPlan plan, Dictionary<string, ProvisionRecord> records, CancellationToken cancel)
    {
        var agents = plan.Agents.Where(a => !ends.Has(a.Desired) && a is { Absent: false, IsImported: false }).ToList();
        var changing = agents.Where(a => a.Registers).ToList();
        if (changing.Count > 0 || plan.Patches)
        {
            await HalveAsync(changing.Count > 0 ? changing : agents, records, cancel);
        }
    }

    private async Task HalveAsync(List<AgentPlan> agents, Dictionary<string, ProvisionRecord> records, CancellationToken cancel)
    {
        try
        {
            await RegisterAsync(agents, cancel);
        }
        catch (CreelException e) when (StandingRule.IsTransient(e.Fault) || agents.Count < 2)
        {
            foreach (var agent in agents)
            {
                await ends.FailAsync(agent.Desired, records[agent.Desired.Registration.Id], e.Fault, wrote: true, cancel);
            }
        }
        catch (CreelException)
        {
            await HalveAsync(agents[..(agents.Count / 2)], records, cancel);
            await HalveAsync(agents[(agents.Count / 2)..], records, cancel);
        }
    }

    private async Task RegisterAsync(IReadOnlyList<AgentPlan> agents, CancellationToken cancel)
    {
        if (agents.Count == 0)
        {
            return;
        }

        if (name is null || agents.All(a => !a.Registers))
        {
            await gateway.Plane.PatchHeartbeatsAsync([.. agents.Select(a => a.Desired.Registration.Entry)], cancel);
        }
        else
        {
            await gateway.Plane.UpsertAgentsAsync([.. agents.Select(a => a.Desired.Registration)], cancel);
        }

        tell(new ProvisionEvent.Step(name, null, Words(agents)));
    }

    private async Task OneAsync(
        AgentPlan plan,
        ProvisionRecord? before,
        ProvisionRecord record,
        GatewaySight sight,
        CancellationToken cancel
    )
    {
        if (plan.Absent || plan.IsImported)
        {
            var why = plan.Absent ? "it is not there" : "it is its gateway's own (files: false)";
            if (plan.IsImported && before is not null)
            {
                // It was ours, and is not any more: nothing is owed to it.
                await LetBeAsync(before, plan.Desired, cancel);
            }

            ends.Add(new AgentEnd(record, record.Standing, Wrote: false, AgentEnds.IsMain(plan.Desired), why), record.Id);
            return;
        }

        foreach (var file in plan.Files.Where(f => f.Act == FileAct.Keep))
        {
            tell(new ProvisionEvent.Step(name, record.Agent, $"{file.Name} kept: {PlanViews.Word(file.Reason)}"));
        }

        if (IsSettled(plan, record))
        {
            if (record != before)
            {
                await ports.Store.PutAsync(record, cancel);
            }

            ends.Add(new AgentEnd(record, record.Standing, Wrote: false, AgentEnds.IsMain(plan.Desired)), record.Id);
            return;
        }

        var run = new AgentRun(
            ports,
            gateway,
            time,
            sight.Tokens.GetValueOrDefault(record.Id),
            text => tell(new ProvisionEvent.Step(name, record.Agent, text))
        );
        try
        {
            await run.RunAsync(plan, record, cancel);
            ends.Add(new AgentEnd(run.Record, run.Record.Standing, plan.HasWork, AgentEnds.IsMain(plan.Desired)), record.Id);
        }
        catch (CreelException e)
        {
            await ends.FailAsync(plan.Desired, run.Record, e.Fault, wrote: true, cancel);
        }
    }

    /// <summary>Of one that is its gateway's own it is kept that we made it: who is taken away again is known by that.</summary>
    private async Task LetBeAsync(ProvisionRecord before, DesiredAgent agent, CancellationToken cancel)
    {
        var own = Remembering.Own(before, agent.Agent);
        if (own is null)
        {
            await ports.Store.RemoveAsync(name, before.Id, cancel);
        }
        else if (own != before)
        {
            await ports.Store.PutAsync(own, cancel);
        }
    }

    private async Task LeaveAsync(LeavingPlan leaving, CancellationToken cancel)
    {
        var record = leaving.Record;
        if (leaving.Act == LeavingAct.Tell)
        {
            if (record.NextTry is not null)
            {
                var why = StandingRule.NotWanted(record, named: true);
                await ports.Store.PutAsync(StandingRule.After(record, why, time.GetUtcNow(), ports.Chance()), cancel);
            }

            return;
        }

        if (leaving.Act == LeavingAct.Forget)
        {
            await LeavingRun.ForgetAsync(ports, record, Stays(record), cancel);
            tell(new ProvisionEvent.Step(name, record.Agent, "forgotten here; it stays there, where it was before us"));
            return;
        }

        record = record with { Standing = Standing.Removing, NextTry = time.GetUtcNow() };
        await ports.Store.PutAsync(record, cancel);
        try
        {
            await LeavingRun.RunAsync(ports, gateway, record, Stays(record), cancel);
            ends.Add(new AgentEnd(record, Standing.Removed, Wrote: true, IsMain: false), record.Id);
        }
        catch (CreelException e)
        {
            await ends.FailAsync(record, e.Fault, cancel);
        }
    }

    /// <summary>It is wanted here by another id.</summary>
    private bool Stays(ProvisionRecord record) => wanted.Agents.Any(d => d.Agent == record.Agent);

    private async Task AllFailAsync(ProvisionScope scope, Fault fault, CancellationToken cancel)
    {
        var records = await ends.RecordsAsync(cancel);
        foreach (var agent in wanted.Agents.Where(d => scope.Takes(d) && d.Files is not null && !ends.Has(d)))
        {
            var record = records.GetValueOrDefault(agent.Registration.Id) ?? ends.Fresh(agent.Agent, agent.Registration.Id);
            await ends.FailAsync(agent, record with { Owed = record.Owed | options.Asks }, fault, wrote: false, cancel);
        }

        foreach (var record in records.Values.Where(r => r.NextTry is not null && scope.Takes(r) && !IsWanted(r)))
        {
            await ends.FailAsync(record, fault, cancel);
        }
    }

    private bool IsWanted(ProvisionRecord record) =>
        wanted.Problems.Any(p => p.Agent == record.Agent) || wanted.Agents.Any(a => a.Registration.Id == record.Id);

    private static bool IsSettled(AgentPlan plan, ProvisionRecord record) =>
        !plan.HasWork && record.Standing == Standing.Provisioned;

    private static string Words(IReadOnlyList<AgentPlan> agents)
    {
        var made = agents.Count(a => a.Creates);
        return $"{made} made, {agents.Count - made} changed; its configuration is written once";
    }
}
