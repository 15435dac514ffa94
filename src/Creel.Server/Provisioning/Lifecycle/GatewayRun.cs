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

    private static readonly Fault Unwanted = Fault.NotFound(
        "not-wanted",
        "the habitat does not name it any more",
        "Take it away: creel provision --prune"
    );

    private readonly Dictionary<string, AgentEnd> ends = new(StringComparer.Ordinal);
    private readonly Lock one = new();
    private GatewayReach gateway = null!;

    /// <summary>Looks, and plans; changes nothing.</summary>
    /// <exception cref="CreelException">The gateway can't be looked at.</exception>
    public async Task<(ProvisionPlan Plan, GatewaySight Sight, Dictionary<string, ProvisionRecord> Records)> PlanAsync(
        ProvisionScope scope,
        CancellationToken cancel
    )
    {
        gateway = await ports.ReachAsync(name, cancel);
        var records = await RecordsAsync(cancel);
        var desired = wanted.Agents.Where(scope.Takes).ToList();
        var sight = await new GatewayLook(gateway, ports.Tokens).LookAsync(desired, records, options, cancel);
        // One that is wanted, and not in this run, is not leaving.
        var plan = Planner.Plan(
            name,
            [.. sight.Desired.Where(d => sight.Agents.ContainsKey(d.Registration.Id))],
            sight.Roster,
            sight.Agents,
            [.. records.Values.Where(r => scope.Takes(r) && (!IsWanted(r) || desired.Any(d => d.Registration.Id == r.Id)))],
            options
        );
        return (plan, sight, records);
    }

    /// <returns>All that were in it, by their ids there.</returns>
    public async Task<IReadOnlyCollection<AgentEnd>> RunAsync(ProvisionScope scope, CancellationToken cancel)
    {
        try
        {
            var (plan, sight, records) = await PlanAsync(scope, cancel);
            tell(new ProvisionEvent.Planned(plan));
            await ApplyAsync(plan, sight, records, scope, cancel);
            foreach (var (agent, problem) in wanted.Problems.Where(p => scope.Takes(p.Agent)))
            {
                await FailAsync(records.Values.FirstOrDefault(r => r.Agent == agent), agent, problem, cancel);
            }
        }
        catch (CreelException e)
        {
            tell(new ProvisionEvent.Unreached(name, e.Fault));
            await AllFailAsync(scope, e.Fault, cancel);
        }

        return ends.Values;
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
            await FailAsync(agent, known.GetValueOrDefault(id) ?? Fresh(agent.Agent, id), sight.Faults[id], wrote: false, cancel);
        }

        foreach (var agent in plan.Agents.Where(a => a.Refusal is not null))
        {
            await FailAsync(agent.Desired, records[agent.Desired.Registration.Id], agent.Refusal!, wrote: false, cancel);
        }

        await RegisterAsync(plan, records, cancel);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(
            plan.Agents.Where(a => !Ended(a.Desired)).OrderBy(a => a.Desired.Kind == AgentKind.Main),
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
        var record = (before ?? Fresh(plan.Desired.Agent, id)) with { Agent = plan.Desired.Agent };
        record = Remembering.Seen(record, plan.Desired, sight.Agents[id]);
        if (plan.Absent || plan.IsImported || IsSettled(plan, record))
        {
            return record;
        }

        record = record with
        {
            First = record.First ?? !there,
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
        var agents = plan.Agents.Where(a => !Ended(a.Desired) && a is { Absent: false, IsImported: false }).ToList();
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
                await FailAsync(agent.Desired, records[agent.Desired.Registration.Id], e.Fault, wrote: true, cancel);
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
            End(new AgentEnd(record, record.Standing, Wrote: false, IsMain(plan.Desired), why), record.Id);
            return;
        }

        if (IsSettled(plan, record))
        {
            if (record != before)
            {
                await ports.Store.PutAsync(record, cancel);
            }

            End(new AgentEnd(record, record.Standing, Wrote: false, IsMain(plan.Desired)), record.Id);
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
            End(new AgentEnd(run.Record, run.Record.Standing, plan.HasWork, IsMain(plan.Desired)), record.Id);
        }
        catch (CreelException e)
        {
            await FailAsync(plan.Desired, run.Record, e.Fault, wrote: true, cancel);
        }
    }

    private async Task LeaveAsync(LeavingPlan leaving, CancellationToken cancel)
    {
        var record = leaving.Record;
        if (leaving.Act == LeavingAct.Tell)
        {
            if (record.NextTry is not null)
            {
                await ports.Store.PutAsync(StandingRule.After(record, Unwanted, time.GetUtcNow(), ports.Chance()), cancel);
            }

            return;
        }

        if (leaving.Act == LeavingAct.Forget)
        {
            await ports.Store.RemoveAsync(record.Gateway, record.Id, cancel);
            tell(new ProvisionEvent.Step(name, record.Agent, "forgotten here; it stays there, where it was before us"));
            return;
        }

        record = record with { Standing = Standing.Removing, NextTry = time.GetUtcNow() };
        await ports.Store.PutAsync(record, cancel);
        try
        {
            var elsewhere = wanted.Agents.Any(d => d.Agent == record.Agent) || await LivesElsewhereAsync(record, cancel);
            await LeavingRun.RunAsync(ports, gateway, record, elsewhere, cancel);
            End(new AgentEnd(record, Standing.Removed, Wrote: true, IsMain: false), record.Id);
        }
        catch (CreelException e)
        {
            await FailAsync(record, e.Fault, cancel);
        }
    }

    private async Task<bool> LivesElsewhereAsync(ProvisionRecord record, CancellationToken cancel) =>
        (await ports.Store.ListAsync(cancel)).Any(r => r.Agent == record.Agent && r.Gateway != record.Gateway);

    private async Task AllFailAsync(ProvisionScope scope, Fault fault, CancellationToken cancel)
    {
        var records = await RecordsAsync(cancel);
        foreach (var agent in wanted.Agents.Where(d => scope.Takes(d) && !Ended(d)))
        {
            var record = records.GetValueOrDefault(agent.Registration.Id) ?? Fresh(agent.Agent, agent.Registration.Id);
            await FailAsync(agent, record with { Owed = record.Owed | options.Asks }, fault, wrote: false, cancel);
        }

        foreach (var record in records.Values.Where(r => r.NextTry is not null && scope.Takes(r) && !IsWanted(r)))
        {
            await FailAsync(record, fault, cancel);
        }
    }

    /// <summary>One that is not wanted, or of which nobody knows what it is to be.</summary>
    private async Task FailAsync(ProvisionRecord record, Fault fault, CancellationToken cancel)
    {
        var after = StandingRule.After(record, fault, time.GetUtcNow(), ports.Chance());
        await ports.Store.PutAsync(after, cancel);
        End(new AgentEnd(after, after.Standing, Wrote: false, IsMain: false), record.Id);
    }

    /// <param name="record">Null: it was never there, and nothing is kept of it.</param>
    private async Task FailAsync(ProvisionRecord? record, AgentId agent, Fault problem, CancellationToken cancel)
    {
        if (record is not null)
        {
            await FailAsync(record, problem, cancel);
            return;
        }

        var after = StandingRule.After(Fresh(agent, $"({agent})"), problem, time.GetUtcNow(), ports.Chance());
        End(new AgentEnd(after, after.Standing, Wrote: false, IsMain: false), after.Id);
    }

    private async Task FailAsync(DesiredAgent agent, ProvisionRecord record, Fault fault, bool wrote, CancellationToken cancel)
    {
        var after = StandingRule.After(record with { Standing = Standing.Waiting }, fault, time.GetUtcNow(), ports.Chance());
        await ports.Store.PutAsync(after, cancel);
        End(new AgentEnd(after, after.Standing, wrote, IsMain(agent)), record.Id);
    }

    private void End(AgentEnd end, string id)
    {
        lock (one)
        {
            ends[id] = end;
        }

        tell(new ProvisionEvent.Ended(end));
    }

    private bool Ended(DesiredAgent agent)
    {
        lock (one)
        {
            return ends.ContainsKey(agent.Registration.Id);
        }
    }

    private ProvisionRecord Fresh(AgentId agent, string id) =>
        new()
        {
            Gateway = name,
            Id = id,
            Agent = agent,
            At = time.GetUtcNow(),
        };

    private async Task<Dictionary<string, ProvisionRecord>> RecordsAsync(CancellationToken cancel) =>
        (await ports.Store.ListAsync(cancel)).Where(r => r.Gateway == name).ToDictionary(r => r.Id, StringComparer.Ordinal);

    private bool IsWanted(ProvisionRecord record) =>
        wanted.Problems.Any(p => p.Agent == record.Agent) || wanted.Agents.Any(a => a.Registration.Id == record.Id);

    private static bool IsSettled(AgentPlan plan, ProvisionRecord record) =>
        !plan.HasWork && record.Standing == Standing.Provisioned;

    private static bool IsMain(DesiredAgent agent) => agent.Kind == AgentKind.Main;

    private static string Words(IReadOnlyList<AgentPlan> agents)
    {
        var made = agents.Count(a => a.Creates);
        return $"{made} made, {agents.Count - made} changed; its configuration is written once";
    }
}
