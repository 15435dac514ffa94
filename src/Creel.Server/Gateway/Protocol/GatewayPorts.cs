using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Habitats;
using Creel.Core.Sessions;
using Creel.Server.Audits;

namespace Creel.Server.Gateway.Protocol;

/// <summary>What the protocol stands before.</summary>
public sealed record GatewayPorts
{
    /// <summary>The habitat in force; null: none is up.</summary>
    public required Func<HabitatModel?> Habitat { get; init; }

    public required ITurns Turns { get; init; }

    public required ISessions Sessions { get; init; }

    public required IAgentFiles Files { get; init; }

    public required IGatewayRoster Roster { get; init; }

    public required IGatewaySettings Settings { get; init; }

    public required IDeviceStore Devices { get; init; }

    public required ISignatureCheck Signatures { get; init; }

    public required AuditTrail Audit { get; init; }

    /// <summary>Where an agent's cell keeps its conversations, for people; null: not known.</summary>
    public Func<AgentId, string?> State { get; init; } = _ => null;

    public required IChannelStates Channels { get; init; }
}
