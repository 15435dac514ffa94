using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Takes agents away from their gateway that nobody wants there any more, where that was asked for.</summary>
internal sealed class LeavingRun(GatewayWork work, GatewayReach gateway, AgentEnds ends, GatewayAway away)
{
    private IProvisionStore Store => work.Ports.Store;

    public async Task RunAsync(LeavingPlan leaving, CancellationToken cancel)
    {
        var record = leaving.Record;
        if (leaving.Act == LeavingAct.Tell)
        {
            if (record.NextTry is not null)
            {
                await Store.PutAsync(
                    StandingRule.After(
                        record,
                        StandingRule.NotWanted(record, named: true),
                        work.Time.GetUtcNow(),
                        work.Ports.Chance()
                    ),
                    cancel
                );
            }

            return;
        }

        if (leaving.Act == LeavingAct.Forget)
        {
            await ForgetAsync(record, cancel);
            work.Tell(new ProvisionEvent.Step(work.Name, record.Agent, "forgotten here; it stays there, where it was before us"));
            return;
        }

        record = record with { Standing = Standing.Removing, NextTry = work.Time.GetUtcNow() };
        await Store.PutAsync(record, cancel);
        try
        {
            if (away.Fault is { } gone)
            {
                throw new CreelException(gone);
            }

            await TakeAwayAsync(record, away.Token);
            ends.Add(new AgentEnd(record, Standing.Removed, Wrote: true, IsMain: false), record.Id);
        }
        catch (Exception e) when (GatewayWork.IsTold(e, cancel))
        {
            await ends.FailAsync(record, await away.OfAsync(e, gateway.Plane), cancel);
        }
    }

    /// <summary>It, then its conversation, then what opens us to it, then what we kept.</summary>
    /// <exception cref="CreelException">Something did not go; it is begun again from the start, which finds gone what is gone.</exception>
    private async Task TakeAwayAsync(ProvisionRecord record, CancellationToken cancel)
    {
        await gateway.Plane.DeleteAgentAsync(record.Id, deleteFiles: true, cancel);
        try
        {
            await gateway.Plane.DeleteSessionAsync(record.Session ?? "", cancel);
        }
        catch (CreelException e) when (!StandingRule.IsTransient(e.Fault) || e.Fault.Code == "gateway-agent")
        {
            // It went with its agent, or is one that a gateway does not give away: there is nobody in it any more.
        }

        await ForgetAsync(record, cancel);
    }

    /// <summary>What opens us to it, and what we kept.</summary>
    private async Task ForgetAsync(ProvisionRecord record, CancellationToken cancel)
    {
        // One that is wanted here by another id: its tokens hold on.
        if (work.Wanted.Agents.All(d => d.Agent != record.Agent))
        {
            await work.Ports.Tokens.RevokeAsync(record.Resident, cancel);
        }

        await Store.RemoveAsync(record.Gateway, record.Id, cancel);
    }
}
