using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>What stands around the life of agents at gateways.</summary>
public sealed record LifecyclePorts
{
    /// <summary>The habitat in force; null: none is up.</summary>
    public required Func<HabitatModel?> Habitat { get; init; }

    /// <summary>What the habitat wants at one gateway; null: ours.</summary>
    public required Func<HabitatModel, string?, ProvisioningMode, DesiredReading> Desired { get; init; }

    /// <exception cref="Core.CreelException">There is no gateway of that name, it can't be reached, or what opens it is not to be used.</exception>
    public required Func<string?, ProvisioningMode, CancellationToken, Task<GatewayReach>> ReachAsync { get; init; }

    public required IProvisionStore Store { get; init; }

    public required IAgentTokens Tokens { get; init; }

    public required IWakes Wakes { get; init; }

    /// <summary>Keeps a copy of a file on this machine, where a gateway of that name has a place for them.</summary>
    public MirrorWrite Mirror { get; init; } = (_, _, _, _) => { };

    /// <summary>0 to 1: many who wait do not come at once.</summary>
    public Func<double> Chance { get; init; } = Random.Shared.NextDouble;
}

/// <summary>A copy of a file of an agent at a gateway.</summary>
/// <param name="text">With the mark where a token comes: a copy opens nothing.</param>
/// <exception cref="Core.CreelException">It can't be made, or others could put something in its place.</exception>
public delegate void MirrorWrite(string? gateway, string workspace, string name, string text);
