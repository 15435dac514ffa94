using System.Text.Json;
using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>Reads the index that a cell keeps of its conversations: <c>sessions.json</c>. A cell wrote it: nothing in it is believed that isn't checked.</summary>
public static class SessionIndexReader
{
    /// <summary>Each is looked at beside all others, for its label.</summary>
    private const int Most = 2000;
    private const int LongestKey = 3 * 512;
    private static readonly string[] Taken = ["label", "displayName", "thinkingLevel", "verboseLevel", "reasoningLevel"];

    /// <summary>Bytes of an entry: a longer one is passed over without being looked at.</summary>
    private const int Longest = 256 * 1024;

    private static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 32,
    };

    /// <param name="trouble">Is told of what can't be read, in one sentence.</param>
    public static IReadOnlyList<SessionEntry> Read(AgentId agent, ReadOnlySpan<byte> text, Action<string> trouble)
    {
        var found = new Dictionary<string, SessionEntry>(StringComparer.Ordinal);
        var wrong = 0;
        try
        {
            // One entry at a time: all of them at once would cost many times their length.
            var reader = new Utf8JsonReader(text, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                trouble($"the sessions of agent '{agent}' are not taken up: sessions.json is no JSON object");
                return [];
            }

            for (var i = 0; i < Most && reader.Read() && reader.TokenType == JsonTokenType.PropertyName; i++)
            {
                var name = reader.ValueSpan.Length <= LongestKey ? reader.GetString() : null;
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var value = text[start..(int)reader.BytesConsumed];
                if (name is not null && value.Length <= Longest && Entry(agent, name, value, found.Values) is { } entry)
                {
                    found[entry.Key] = entry;
                }
                else
                {
                    wrong++;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            trouble($"the sessions of agent '{agent}' are not taken up: sessions.json is no JSON");
            return [];
        }

        if (wrong > 0)
        {
            trouble($"{wrong} entries of agent '{agent}''s sessions.json are no sessions of its own, and are left alone");
        }

        return [.. found.Values];
    }

    private static SessionEntry? Entry(AgentId agent, string name, ReadOnlySpan<byte> text, IEnumerable<SessionEntry> others)
    {
        var reader = new Utf8JsonReader(text, Options);
        using var document = JsonDocument.ParseValue(ref reader);
        return Entry(agent, name, document.RootElement, others);
    }

    private static SessionEntry? Entry(AgentId agent, string name, JsonElement value, IEnumerable<SessionEntry> others)
    {
        if (
            value.ValueKind != JsonValueKind.Object
            || Text(value, "sessionId") is not { } id
            || !SessionIds.IsValid(id)
            || Key(agent, name) is not { } key
        )
        {
            return null;
        }

        // Not where the last message came from: a cell that says so could have its words go there.
        var entry = new SessionEntry(key, agent, id, Time(value))
        {
            InputTokens = Count(value, "inputTokens") ?? 0,
            OutputTokens = Count(value, "outputTokens") ?? 0,
            TotalTokens = Count(value, "totalTokens") ?? 0,
            ContextTokens = Count(value, "contextTokens"),
        };
        foreach (var field in Taken)
        {
            try
            {
                entry = Text(value, field) is { } said ? SessionFields.Apply(entry, [new(field, said)], others) : entry;
            }
            catch (CreelException)
            {
                // A word that means nothing is as good as none.
            }
        }

        return entry;
    }

    /// <summary>A key of this agent's own; a cell says nothing of other agents.</summary>
    private static string? Key(AgentId agent, string name)
    {
        if (name.Length is 0 or > 512 || name.Any(char.IsControl))
        {
            return null;
        }

        return SessionKeyText.Shape(name) switch
        {
            SessionKeyShape.Agent when SessionKeyText.Parse(name)!.Agent == agent.Value =>
                $"agent:{agent}:{SessionKeyText.Parse(name)!.Rest}",
            SessionKeyShape.LegacyOrAlias => $"agent:{agent}:{RoutingText.Lower(name)}",
            _ => null,
        };
    }

    private static DateTimeOffset Time(JsonElement entry) =>
        Count(entry, "updatedAt") is { } ms and < 253_402_300_800_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : DateTimeOffset.UnixEpoch;

    private static string? Short(JsonElement entry, string name) =>
        Text(entry, name) is { Length: > 0 and <= 200 } text && !text.Any(char.IsControl) ? text : null;

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Count(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
        && number >= 0
            ? number
            : null;
}
