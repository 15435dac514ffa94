using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Takes an agent away from its gateway: it, then its conversation, then what opens us to it, then what we kept.</summary>
internal static class LeavingRun
{
    /// <param name="stays">The agent is wanted at this gateway by another id: its tokens hold on.</param>
    /// <exception cref="CreelException">Something did not go; it is begun again from the start, which finds gone what is gone.</exception>
    public static async Task RunAsync(
        LifecyclePorts ports,
        GatewayReach gateway,
        ProvisionRecord record,
        bool stays,
        CancellationToken cancel
    )
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

        await ForgetAsync(ports, record, stays, cancel);
    }

    /// <summary>What opens us to it, and what we kept.</summary>
    public static async Task ForgetAsync(LifecyclePorts ports, ProvisionRecord record, bool stays, CancellationToken cancel)
    {
        if (!stays)
        {
            await ports.Tokens.RevokeAsync(record.Resident, cancel);
        }

        await ports.Store.RemoveAsync(record.Gateway, record.Id, cancel);
    }
}
