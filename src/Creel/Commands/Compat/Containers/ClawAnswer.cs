using System.Text;
using System.Text.Json;

namespace Creel.Commands.Compat.Containers;

/// <summary>
/// What <c>openclaw agent --json</c> prints: an object with <c>payloads</c> and <c>meta</c>. Where it stands differs by version:
/// alone, behind lines of the log, or on standard error. Some say all is well of a turn that was cut off.
/// </summary>
/// <param name="Document">As it was printed, or put together from a turn's answer.</param>
internal sealed record ClawAnswer(JsonElement Document)
{
    private const int MostTries = 1000;

    /// <summary>There is a last word; else the turn was cut off, whatever the rest says.</summary>
    public bool IsWhole => Texts.Any(text => !string.IsNullOrWhiteSpace(text)) && !Flag(Meta, "aborted");

    /// <summary>All that it says is about an error.</summary>
    public bool Failed => Payloads.Any() && Payloads.All(payload => Flag(payload, "isError"));

    public string Text => string.Join("\n\n", Texts.Where(text => !string.IsNullOrEmpty(text)));

    private IEnumerable<JsonElement> Payloads =>
        Document.TryGetProperty("payloads", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(payload => payload.ValueKind == JsonValueKind.Object)
            : [];

    private IEnumerable<string?> Texts =>
        Payloads.Select(payload =>
            payload.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null
        );

    private JsonElement Meta => Document.TryGetProperty("meta", out var meta) ? meta : default;

    /// <param name="given">What the turn gave: an object with <c>text</c>, and sometimes <c>stdout</c>, <c>stderr</c>, <c>raw</c>.</param>
    public static ClawAnswer? Of(JsonElement? given, string taskId, double? milliseconds)
    {
        if (given is not { ValueKind: JsonValueKind.Object } result)
        {
            return null;
        }

        var texts = new[] { "text", "stdout", "stderr" }.Select(name => TextOf(result, name)).OfType<string>().ToList();
        if (texts.Select(Find).FirstOrDefault(found => found is not null) is { } printed)
        {
            return printed;
        }

        object[] payloads = TextOf(result, "text") is { Length: > 0 } text ? [new { text, mediaUrl = (string?)null }] : [];
        var meta = new Dictionary<string, object?> { ["durationMs"] = milliseconds, ["taskId"] = taskId };
        if (result.TryGetProperty("raw", out var raw))
        {
            meta["agentMeta"] = raw;
        }

        return new ClawAnswer(JsonSerializer.SerializeToElement(new { payloads, meta }));
    }

    /// <summary>The object in what a program printed, at the beginning of some line.</summary>
    public static ClawAnswer? Find(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var tries = 0;
        for (var at = 0; at < bytes.Length; at = NextLine(bytes, at))
        {
            while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t')
            {
                at++;
            }

            if (at < bytes.Length && bytes[at] == (byte)'{' && tries++ < MostTries && Read(bytes.AsSpan(at)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static ClawAnswer? Read(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        try
        {
            return
                JsonDocument.TryParseValue(ref json, out var document)
                && document.RootElement.TryGetProperty("payloads", out var payloads)
                && payloads.ValueKind == JsonValueKind.Array
                ? new ClawAnswer(document.RootElement)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int NextLine(ReadOnlySpan<byte> bytes, int at)
    {
        var end = bytes[at..].IndexOf((byte)'\n');
        return end < 0 ? bytes.Length : at + end + 1;
    }

    private static string? TextOf(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object
        && holder.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.True;
}
