using System.Text.Json;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>An agent that lives at a gateway elsewhere. What its files are rendered with is in <see cref="ProvisioningModel.Agents"/>.</summary>
public sealed record GatewayAgentModel(AgentId Id, string Gateway)
{
    /// <summary>For people; the id where none was given.</summary>
    public required string Name { get; init; }

    /// <summary>The one of its gateway, which keeps it and has no board.</summary>
    public bool IsMain { get; init; }

    /// <summary>The conversation that it has there already, <c>agent:ID:…</c>, with the id by which its gateway knows it; null: one of ours.</summary>
    public string? Session { get; init; }

    /// <summary>The folder that it has there already; null: one of ours, below the gateway's root.</summary>
    public string? Workspace { get; init; }

    /// <summary>Laid over the usual heartbeat.</summary>
    public JsonElement? Heartbeat { get; init; }

    /// <summary>False: it was there before us, and what its gateway has of it is left as it is.</summary>
    public bool Files { get; init; } = true;
}
