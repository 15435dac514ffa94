using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>One gateway, looked at, planned and brought to where the habitat wants it. Whatever goes wrong, each agent ends somewhere.</summary>
internal sealed class GatewayRun(GatewayWork work)
{
    private readonly AgentEnds ends = new(work);
    private GatewayReach gateway = null!;
    private GatewayAway? away;
    private LineFigures? before;

    /// <summary>Looks, and plans; changes nothing.</summary>
    /// <exception cref="CreelException">The gateway can't be looked at.</exception>
    public async Task<(ProvisionPlan Plan, GatewaySight Sight, Dictionary<string, ProvisionRecord> Records)> PlanAsync(
        ProvisionScope scope,
        CancellationToken cancel
    )
    {
        using var gone = new GatewayAway(work, _ => { }, cancel);
        await ReachAsync(cancel);
        return await PlanAsync(scope, gone, cancel);
    }

    private async Task<(ProvisionPlan Plan, GatewaySight Sight, Dictionary<string, ProvisionRecord> Records)> PlanAsync(
        ProvisionScope scope,
        GatewayAway gone,
        CancellationToken cancel
    )
    {
        var records = await ends.RecordsAsync(cancel);
        var desired = work.Wanted.Agents.Where(scope.Takes).ToList();
        var sight = await new GatewayLook(work, gateway, gone).LookAsync(desired, records);
        foreach (var (id, _) in sight.Agents.Where(a => work.Name is not null && !a.Value.IsThere && records.ContainsKey(a.Key)))
        {
            records[id] = Remembering.Gone(records[id]);
        }

        // One that is wanted, and not in this run, is not leaving.
        var plan = Planner.Plan(
            work.Name,
            [.. sight.Desired.Where(d => sight.Agents.ContainsKey(d.Registration.Id))],
            sight.Roster,
            sight.Agents,
            [.. records.Values.Where(r => scope.Takes(r) && (!work.IsWanted(r) || sight.Agents.ContainsKey(r.Id)))],
            work.Options,
            gateway.Secrets
        );
        return (plan, sight, records);
    }

    /// <returns>All that were in it, by their ids there.</returns>
    public async Task<IReadOnlyCollection<AgentEnd>> RunAsync(ProvisionScope scope, CancellationToken cancel)
    {
        using var gone = away = new GatewayAway(
            work,
            f => work.Tell(new ProvisionEvent.Unreached(work.Name, f, ends.Next(f))),
            cancel
        );
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = Task.CompletedTask;
        try
        {
            await ReachAsync(cancel);
            watch = new LineWatch(work, gateway, gone).RunAsync(ending.Token);
            await ToEndAsync(scope, gone, cancel);
            if (gone.Fault is null)
            {
                await ends.HastenAsync(cancel);
            }
        }
        catch (Exception e) when (GatewayWork.IsTold(e, cancel))
        {
            await FailAsync(scope, e, cancel);
        }
        finally
        {
            await ending.CancelAsync();
            await watch;
            if (work.Name is { } name && before is not null)
            {
                work.Tell(new ProvisionEvent.Asked(name, gateway.Figures!().Since(before)));
            }
        }

        return ends.All;
    }

    /// <summary>Nothing could be done for any of them.</summary>
    public async Task FailAsync(ProvisionScope scope, Exception e, CancellationToken cancel)
    {
        var fault = away?.Fault ?? work.FaultOf(e);
        if (away?.Fault is null)
        {
            // As it was before, it says when all are tried again.
            await ends.RecordsAsync(cancel);
            work.Tell(new ProvisionEvent.Unreached(work.Name, fault, ends.Next(fault)));
        }

        await ends.FailAllAsync(scope, fault, cancel);
        await ends.FailProblemsAsync(scope, cancel);
    }

    private async Task ToEndAsync(ProvisionScope scope, GatewayAway gone, CancellationToken cancel)
    {
        if (work.Options.Mode == ProvisioningMode.Seed)
        {
            await new SeedRuns(work, gateway, ends, gone).RunAsync(scope, cancel);
        }
        else
        {
            var (plan, sight, known) = await PlanAsync(scope, gone, cancel);
            work.Tell(new ProvisionEvent.Planned(plan));
            await ApplyAsync(plan, sight, known, gone, scope, cancel);
        }

        await ends.FailProblemsAsync(scope, cancel);
    }

    private async Task ApplyAsync(
        ProvisionPlan plan,
        GatewaySight sight,
        Dictionary<string, ProvisionRecord> known,
        GatewayAway gone,
        ProvisionScope scope,
        CancellationToken cancel
    )
    {
        var agents = new AgentRuns(work, gateway, ends, gone, sight, known);
        await agents.BeginAsync(plan, cancel);
        foreach (var agent in work.Wanted.Agents.Where(d => scope.Takes(d) && sight.Faults.ContainsKey(d.Registration.Id)))
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
            await ends.FailAsync(agent.Desired, agents.Record(agent), agent.Refusal!, wrote: false, cancel);
        }

        await new RegisterRun(work, gateway, ends, gone, agents.Record).RunAsync(plan, cancel);
        await agents.RunAsync(plan, cancel);
        var leaving = new LeavingRun(work, gateway, ends, gone);
        foreach (var agent in plan.Leaving)
        {
            await leaving.RunAsync(agent, cancel);
        }
    }

    private async Task ReachAsync(CancellationToken cancel)
    {
        gateway = await work.Ports.ReachAsync(work.Name, work.Options.Mode, cancel);
        before = gateway.Figures?.Invoke();
    }
}
