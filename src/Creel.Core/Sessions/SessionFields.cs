using System.Globalization;
using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>The fields of a session that may be changed, and their words; the words of refusals are OpenClaw's, since its clients read them.</summary>
public static class SessionFields
{
    private const int LongestLabel = 64;

    /// <param name="others">The agent's other sessions.</param>
    /// <exception cref="CreelException">A label that another one has, a wrong value, an unknown field.</exception>
    public static SessionEntry Apply(SessionEntry entry, IEnumerable<SessionChange> changes, IEnumerable<SessionEntry> others)
    {
        foreach (var (field, text) in changes)
        {
            var value = text?.Trim();
            entry = field switch
            {
                "label" => entry with { Label = Label(value, others) },
                "displayName" => entry with { DisplayName = PlainLine.OrNull(value, 200) },
                "thinkingLevel" => entry with { ThinkingLevel = Thinking(value) },
                "verboseLevel" => entry with { VerboseLevel = Word(field, value, "on", "off", "full") },
                "reasoningLevel" => entry with { ReasoningLevel = Word(field, value, "on", "off", "stream") },
                "responseUsage" => entry with
                {
                    ResponseUsage = Word(field, value == "on" ? "tokens" : value, "off", "tokens", "full"),
                },
                "elevatedLevel" => entry with { ElevatedLevel = Word(field, value, "on", "off", "ask", "full") },
                "model" => entry with { Model = Model(value) },
                "sendPolicy" => entry with { SendPolicy = Word(field, value, "allow", "deny") },
                "groupActivation" => entry with { GroupActivation = Word(field, value, "mention", "always") },
                "spawnedBy" => entry with { SpawnedBy = SpawnedBy(entry, value) },
                "spawnDepth" => entry with { SpawnDepth = SpawnDepth(entry, value) },
                "execHost" or "execSecurity" or "execAsk" or "execNode" => throw Wrong(
                    $"{field} can't be set here: where and as whom commands run is said by the agent's cell"
                ),
                _ => throw Wrong($"a session has no field {Slug.Quote(field)} that can be changed"),
            };
        }

        return entry;
    }

    private static string? Label(string? value, IEnumerable<SessionEntry> others) =>
        value is null ? null
        : value.Length == 0 ? throw Wrong("invalid label: empty")
        : value.Length > LongestLabel ? throw Wrong($"invalid label: too long (max {LongestLabel})")
        : PlainLine.Of(value) != value ? throw Wrong("invalid label: it has brackets, or signs that nobody sees")
        : others.Any(o => o.Label == value) ? throw Wrong($"label already in use: {value}")
        : value;

    private static string? Thinking(string? value) =>
        value?.ToLowerInvariant() switch
        {
            null or "" => null,
            "off" => "off",
            "minimal" or "think" => "minimal",
            "low" or "on" or "enable" or "enabled" => "low",
            "medium" or "mid" or "med" => "medium",
            "high" or "max" or "ultra" => "high",
            "xhigh" or "x-high" or "extra-high" => "xhigh",
            _ => throw Wrong("invalid thinkingLevel (use off|minimal|low|medium|high|xhigh)"),
        };

    private static string? Word(string field, string? value, params string[] words) =>
        value is null or "" ? null
        : words.Contains(value.ToLowerInvariant()) ? value.ToLowerInvariant()
        : throw Wrong($"invalid {field} (use {string.Join('|', words.Select(w => $"\"{w}\""))})");

    private static string? Model(string? value) =>
        value is null ? null
        : value.Length is 0 or > 200 || value.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            ? throw Wrong("invalid model: write provider/model")
        : value;

    private static string? SpawnedBy(SessionEntry entry, string? value) =>
        value is null or ""
            ? entry.SpawnedBy is null
                ? null
                : throw Wrong("spawnedBy cannot be cleared once set")
            : !SessionKeyText.IsSubagent(entry.Key)
                ? throw Wrong("spawnedBy is only supported for subagent:* sessions")
                : entry.SpawnedBy is { } set && set != value
                    ? throw Wrong("spawnedBy cannot be changed once set")
                    : value;

    private static int? SpawnDepth(SessionEntry entry, string? value) =>
        value is null or ""
            ? entry.SpawnDepth is null
                ? null
                : throw Wrong("spawnDepth cannot be cleared once set")
            : !SessionKeyText.IsSubagent(entry.Key)
                ? throw Wrong("spawnDepth is only supported for subagent:* sessions")
                : !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var depth)
                    ? throw Wrong("invalid spawnDepth (use an integer >= 0)")
                    : entry.SpawnDepth is { } set && set != depth
                        ? throw Wrong("spawnDepth cannot be changed once set")
                        : depth;

    private static CreelException Wrong(string message) => new(Fault.Invalid("session-field", message));
}
