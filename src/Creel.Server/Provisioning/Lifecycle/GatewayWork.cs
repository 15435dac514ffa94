using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>What a run is about: one gateway, what is wanted there, and who is told.</summary>
/// <param name="Name">Of the gateway; null: ours.</param>
internal sealed record GatewayWork(
    LifecyclePorts Ports,
    string? Name,
    DesiredReading Wanted,
    ProvisionOptions Options,
    TimeProvider Time,
    Action<ProvisionEvent> Tell
)
{
    public bool IsWanted(ProvisionRecord record) =>
        Wanted.Problems.Any(p => p.Agent == record.Agent) || Wanted.Agents.Any(a => a.Registration.Id == record.Id);
}
