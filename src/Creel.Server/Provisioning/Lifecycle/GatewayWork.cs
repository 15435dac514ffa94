using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>What a run is about: one gateway, what is wanted there, and who is told.</summary>
/// <param name="Name">Of the gateway; null: ours.</param>
internal sealed record GatewayWork(
    LifecyclePorts Ports,
    string? Name,
    DesiredReading Wanted,
    ProvisionOptions Options,
    TimeProvider Time,
    ILogger Log,
    Action<ProvisionEvent> Tell
)
{
    /// <summary>The run in which it is done; null: something is only looked at.</summary>
    public RunNow? Now { get; init; }

    public bool IsWanted(ProvisionRecord record) =>
        Wanted.Problems.Any(p => p.Agent == record.Agent) || Wanted.Agents.Any(a => a.Registration.Id == record.Id);

    /// <summary>Whether it is to be told of an agent; else serve ends, and what is under way is found by the next.</summary>
    public static bool IsTold(Exception e, CancellationToken cancel) =>
        e is not OperationCanceledException || !cancel.IsCancellationRequested;

    /// <summary>What a person is told of it. What nobody has thought of is in the log as a whole: its words may be a gateway's.</summary>
    public Fault FaultOf(Exception e)
    {
        var fault = StandingRule.FaultOf(e);
        if (fault.Kind == FaultKind.Internal)
        {
            Log.LogError(e, "provisioning at {Gateway} went wrong in a way that nobody has thought of", Name ?? "our gateway");
        }

        return fault;
    }
}
