namespace Creel.Core.Routing;

/// <summary>What a session key says, read back.</summary>
public static class SessionKeyText
{
    private const string Agent = "agent";

    /// <returns>Null where it is not the key of an agent's conversation.</returns>
    public static ParsedSessionKey? Parse(string? key)
    {
        var parts = RoutingText.Lower(key).Split(':', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length >= 3 && parts[0] == Agent && parts[1].Trim().Length > 0
            ? new ParsedSessionKey(parts[1].Trim(), string.Join(':', parts.Skip(2)))
            : null;
    }

    public static SessionKeyShape Shape(string? key) =>
        RoutingText.Trim(key).Length == 0 ? SessionKeyShape.Missing
        : Parse(key) is not null ? SessionKeyShape.Agent
        : RoutingText.Lower(key).StartsWith("agent:", StringComparison.Ordinal) ? SessionKeyShape.MalformedAgent
        : SessionKeyShape.LegacyOrAlias;

    /// <summary>What a thread or a topic is in; null where the key is of none.</summary>
    public static string? ParentOf(string? key)
    {
        var text = RoutingText.Trim(key);
        var lower = text.ToLowerInvariant();
        var at = Math.Max(
            lower.LastIndexOf(":thread:", StringComparison.Ordinal),
            lower.LastIndexOf(":topic:", StringComparison.Ordinal)
        );
        return at <= 0 || text[..at].Trim().Length == 0 ? null : text[..at].Trim();
    }

    /// <summary>It is the conversation of an agent's helper.</summary>
    public static bool IsSubagent(string? key) =>
        RoutingText.Lower(key).StartsWith("subagent:", StringComparison.Ordinal)
        || (Parse(key) is { } parsed && parsed.Rest.StartsWith("subagent:", StringComparison.Ordinal));

    /// <summary>How many helpers of helpers deep.</summary>
    public static int SubagentDepth(string? key) =>
        RoutingText.Lower(key).Split(":subagent:", StringSplitOptions.None).Length - 1;

    /// <summary>It is the conversation of a timed job.</summary>
    public static bool IsCron(string? key) =>
        Parse(key) is { } parsed && parsed.Rest.StartsWith("cron:", StringComparison.Ordinal);
}

public enum SessionKeyShape
{
    Missing,

    /// <summary><c>agent:&lt;id&gt;:…</c></summary>
    Agent,
    MalformedAgent,
    LegacyOrAlias,
}

/// <param name="Rest">What follows the agent.</param>
public sealed record ParsedSessionKey(string Agent, string Rest);
