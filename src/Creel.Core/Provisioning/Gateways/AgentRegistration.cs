using System.Text.Json.Nodes;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>What a gateway is to know of one agent.</summary>
/// <param name="Id">The gateway's own, which it makes of the name that it is created with.</param>
/// <param name="Workspace">On the gateway's machine.</param>
/// <param name="Heartbeat">The whole of its heartbeat.</param>
public sealed record AgentRegistration(string Id, string Name, string Workspace, JsonObject Heartbeat)
{
    public HeartbeatEntry Entry => new(Id, Workspace, Heartbeat);

    /// <summary>With its name: in the newer dialect that is all that makes an agent, in the older one all but its making.</summary>
    public HeartbeatEntry Whole => new(Id, Workspace, Heartbeat, Name);
}

/// <summary>What the configuration is to say of one agent's place and heartbeat.</summary>
/// <param name="Name">Null: it is not looked at.</param>
public sealed record HeartbeatEntry(string Id, string Workspace, JsonObject Heartbeat, string? Name = null);

/// <summary>A file of an agent's workspace, as the gateway lists it.</summary>
/// <param name="Missing">It is one that could be there.</param>
/// <param name="Size">Bytes.</param>
/// <param name="UpdatedAtMs">Since 1970.</param>
public sealed record GatewayFile(string Name, bool Missing, long? Size, long? UpdatedAtMs = null);
