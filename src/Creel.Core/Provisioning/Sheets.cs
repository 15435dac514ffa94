using System.Text.Json;

namespace Creel.Core.Provisioning;

/// <summary>What provisioning knows of an agent.</summary>
public sealed record AgentSheet
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The session that it has already; null or empty: none.</summary>
    public string? SessionKey { get; init; }

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

/// <summary>Work with a goal, for several agents.</summary>
public sealed record BoardSheet
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string Type { get; init; } = "goal";

    public string? Objective { get; init; }

    public JsonElement? SuccessMetrics { get; init; }

    /// <summary>Without a zone.</summary>
    public DateTime? TargetDate { get; init; }

    public bool GoalConfirmed { get; init; }
}

/// <summary>Where agents live.</summary>
public sealed record GatewaySheet
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string Url { get; init; } = "";

    /// <summary>As the gateway understands it; not looked at here.</summary>
    public string? WorkspaceRoot { get; init; }
}

/// <summary>For whom agents work.</summary>
public sealed record UserSheet
{
    public string? Name { get; init; }

    public string? PreferredName { get; init; }

    public string? Email { get; init; }

    public string? Pronouns { get; init; }

    public string? Timezone { get; init; }

    public string? Notes { get; init; }

    public string? Context { get; init; }
}
