using System.Text.Json;
using Creel.Runtime.Brains.Native.Models;

namespace Creel.Runtime.Brains.Native.Transcripts;

/// <summary>A transcript's lines, read: whatever the bytes are, what can be read of them is.</summary>
/// <param name="Entries">Without the header, in the file's order.</param>
/// <param name="Whole">Bytes up to the end of the last whole line.</param>
/// <param name="Torn">The last line has no end, as after a kill.</param>
/// <param name="Unread">Lines that are no JSON objects.</param>
internal sealed record TranscriptText(JsonElement? Header, IReadOnlyList<JsonElement> Entries, int Whole, bool Torn, int Unread)
{
    /// <summary>The last line is whole, but for its end.</summary>
    public bool Unended { get; private init; }

    public static TranscriptText Read(ReadOnlySpan<byte> bytes)
    {
        JsonElement? header = null;
        var entries = new List<JsonElement>();
        var (at, unread, torn) = (0, 0, false);
        while (at < bytes.Length)
        {
            var length = bytes[at..].IndexOf((byte)'\n');
            var line = length < 0 ? bytes[at..] : bytes.Slice(at, length);
            var entry = Parse(line);
            if (length < 0 && entry is null)
            {
                torn = true;
                break;
            }

            if (entry is { } json)
            {
                if (header is null && entries.Count == 0 && json.Word("type") == "session")
                {
                    header = json;
                }
                else
                {
                    entries.Add(json);
                }
            }
            else if (!line.Trim((byte)' ').IsEmpty)
            {
                unread++;
            }

            at += line.Length + (length < 0 ? 0 : 1);
        }

        return new TranscriptText(header, entries, at, torn, unread) { Unended = !torn && at > 0 && bytes[at - 1] != (byte)'\n' };
    }

    private static JsonElement? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            return
                JsonDocument.TryParseValue(ref json, out var document)
                && json.BytesConsumed == line.TrimEnd(" \r"u8).Length
                && document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
