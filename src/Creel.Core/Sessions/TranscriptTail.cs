using System.Text.Json;

namespace Creel.Core.Sessions;

/// <summary>The last messages of a transcript, read from its end: it may be much longer than what is wanted of it.</summary>
public static class TranscriptTail
{
    private const int Block = 64 * 1024;

    /// <summary>Of the file, at most so many times what is kept is read: a line that is too long is passed over, not held.</summary>
    private const int ReadOfKept = 16;

    /// <summary>A line has at most this part of all, so that none is passed over for those that were found before it.</summary>
    private const int LineOfKept = 4;

    /// <summary>Reads bytes from a place of the file into the buffer, and answers how many there were.</summary>
    public delegate int ReadAt(long at, Span<byte> into);

    /// <param name="limit">Messages, at most.</param>
    /// <param name="most">Bytes of lines, at most, in all; little more than that is held of any file, whatever is in it.</param>
    /// <returns>The field <c>message</c> of the lines that have one, oldest first. A torn last line, or any that is no JSON, is left out.</returns>
    public static TranscriptPart Read(long length, ReadAt read, int limit, int most)
    {
        var found = new List<JsonElement>();
        var buffer = new byte[Block];
        var line = new LineFromEnd(most / LineOfKept);
        var (at, kept, isCut) = (length, 0, false);
        while (at > 0 && Wants() && length - at < (long)most * ReadOfKept)
        {
            var size = (int)Math.Min(Block, at);
            at -= size;
            var end = read(at, buffer.AsSpan(0, size));
            for (var i = end - 1; i >= 0 && Wants(); i--)
            {
                if (buffer[i] == (byte)'\n')
                {
                    line.Prepend(buffer.AsSpan(i + 1, end - i - 1));
                    Take();
                    end = i;
                }
            }

            line.Prepend(buffer.AsSpan(0, end));
        }

        if (at == 0 && Wants())
        {
            Take();
        }

        found.Reverse();
        return new TranscriptPart(found, isCut || (found.Count < limit && (at > 0 || !Wants())));

        bool Wants() => found.Count < limit && kept <= most - line.Longest;

        void Take()
        {
            isCut |= line.IsTooLong;
            if (Message(line.Bytes) is { } message)
            {
                found.Add(message);
                kept += line.Bytes.Length;
            }

            line.Clear();
        }
    }

    private static JsonElement? Message(ReadOnlyMemory<byte> line)
    {
        if (line.Length == 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String
                && type.ValueEquals("message"u8)
                && document.RootElement.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.Object
                ? message.Clone()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Torn, or no line of ours.
            return null;
        }
    }

    /// <summary>A line that is read from its end: pieces come before those that are there.</summary>
    private sealed class LineFromEnd(int longest)
    {
        private byte[] bytes = new byte[Math.Min(longest, 4096)];
        private int length;

        public int Longest => longest;

        /// <summary>Nothing is held of it.</summary>
        public bool IsTooLong { get; private set; }

        public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(bytes.Length - length);

        public void Prepend(ReadOnlySpan<byte> piece)
        {
            if (IsTooLong || length + piece.Length > longest)
            {
                (IsTooLong, length) = (true, 0);
                return;
            }

            if (length + piece.Length > bytes.Length)
            {
                var larger = new byte[Math.Min(longest, Math.Max(bytes.Length * 2, length + piece.Length))];
                Bytes.CopyTo(larger.AsMemory(larger.Length - length));
                bytes = larger;
            }

            piece.CopyTo(bytes.AsSpan(bytes.Length - length - piece.Length));
            length += piece.Length;
        }

        public void Clear() => (length, IsTooLong) = (0, false);
    }
}
