using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>How an agent stands at a gateway, between two runs.</summary>
/// <param name="Record">Null: it is only wanted.</param>
/// <param name="Wanted">Null: it is not, or nobody knows what it is to be.</param>
public sealed record AgentPosition(ProvisionRecord? Record, DesiredAgent? Wanted, bool AtWork)
{
    /// <summary>It is not wanted there any more, and what to do; null: it is, or no habitat is up.</summary>
    public Fault? Left { get; init; }

    /// <summary>A run is at work there, and its gateway can't be reached just now; null: it can, or nobody knows better.</summary>
    public Fault? Away { get; init; }
}
