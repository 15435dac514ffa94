using System.Text.Json;

namespace Creel.Core.Sessions;

/// <summary>The last messages of a transcript, read from its end: it may be much longer than what is wanted of it.</summary>
public static class TranscriptTail
{
    private const int Block = 64 * 1024;

    /// <summary>Of the file, at most so much is read, and of the messages at most so much is kept.</summary>
    private const int MostRead = 64 * 1024 * 1024;
    private const int MostKept = 16 * 1024 * 1024;

    /// <summary>Reads bytes from a place of the file into the buffer, and answers how many there were.</summary>
    public delegate int ReadAt(long at, Span<byte> into);

    /// <returns>The field <c>message</c> of the lines that have one, oldest first. A torn last line, or any that is no JSON, is left out.</returns>
    public static IReadOnlyList<JsonElement> Read(long length, ReadAt read, int limit)
    {
        var found = new List<JsonElement>();
        var buffer = new byte[Block];
        var rest = new List<byte[]>();
        var (at, kept, pending) = (length, 0, 0);
        while (at > 0 && found.Count < limit && length - at < MostRead && kept + pending < MostKept)
        {
            var size = (int)Math.Min(Block, at);
            at -= size;
            var count = read(at, buffer.AsSpan(0, size));
            var end = count;
            for (var i = count - 1; i >= 0 && found.Count < limit; i--)
            {
                if (buffer[i] == (byte)'\n')
                {
                    kept += Take(buffer.AsSpan(i + 1, end - i - 1), rest, found);
                    (end, pending) = (i, 0);
                }
            }

            if (end > 0)
            {
                rest.Insert(0, buffer[..end]);
                pending += end;
            }
        }

        if (at == 0 && found.Count < limit)
        {
            Take([], rest, found);
        }

        found.Reverse();
        return found;
    }

    /// <returns>How long the line was, where it was a message.</returns>
    private static int Take(ReadOnlySpan<byte> head, List<byte[]> rest, List<JsonElement> found)
    {
        byte[] line = [.. head, .. rest.SelectMany(piece => piece)];
        rest.Clear();
        if (line.Length == 0)
        {
            return 0;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            if (
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String
                && type.ValueEquals("message"u8)
                && document.RootElement.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.Object
            )
            {
                found.Add(message.Clone());
                return line.Length;
            }
        }
        catch (JsonException)
        {
            // Torn, or no line of ours.
        }

        return 0;
    }
}
