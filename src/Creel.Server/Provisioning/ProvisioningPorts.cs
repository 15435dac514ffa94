using Creel.Core.Habitats;
using Creel.Core.Habitats.Patching;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>What provisioning stands before.</summary>
public sealed record ProvisioningPorts
{
    /// <summary>The habitat in force; null: none is up.</summary>
    public required Func<HabitatModel?> Habitat { get; init; }

    /// <summary>The one writer of it.</summary>
    public required IConfigStore Config { get; init; }

    public required IGatewaySecrets Secrets { get; init; }

    /// <summary>By which agents there prove who they are: who leaves the habitat, or comes to it, has none that holds.</summary>
    public required IAgentTokens Tokens { get; init; }

    /// <summary>A line to a gateway, not yet connected.</summary>
    public required Func<GatewayAccess, IGatewayLine> Open { get; init; }

    /// <summary>What is asked of a gateway's agents, over its line.</summary>
    public required Func<IGatewayLine, ProvisioningMode, IControlPlane> Plane { get; init; }

    /// <summary>Its agents' turns, over its line.</summary>
    public required Func<IGatewayLine, IGatewayTurns> Turns { get; init; }

    /// <summary>Tries a gateway once, and tells of each step.</summary>
    public required Func<GatewayAccess, CancellationToken, Task<IReadOnlyList<GatewayStep>>> TryAsync { get; init; }
}
