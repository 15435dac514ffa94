using System.Text.Json;

namespace Creel.Core.Provisioning;

/// <summary>What provisioning knows of an agent.</summary>
public sealed record AgentSheet
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The session that it has already; null or empty: none.</summary>
    public string? SessionKey { get; init; }

    /// <summary>The folder that it has already, on its gateway's machine; null: one below the gateway's root.</summary>
    public string? Workspace { get; init; }

    /// <summary>Laid over the usual heartbeat, where it is an object.</summary>
    public JsonElement? Heartbeat { get; init; }

    /// <summary>Its role, manner and so on; looked at where it is an object.</summary>
    public JsonElement? Identity { get; init; }

    /// <summary>A template in the place of that of <c>IDENTITY.md</c>.</summary>
    public string? IdentityTemplate { get; init; }

    /// <summary>A template in the place of that of <c>SOUL.md</c>.</summary>
    public string? SoulTemplate { get; init; }

    public bool IsLead { get; init; }
}
