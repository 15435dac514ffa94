using System.Globalization;
using System.Numerics;
using System.Text;

namespace Creel.Runtime.Journals;

/// <summary>One line of the journal: a checksum, what happened, to which task, and for an end how it ended.</summary>
/// <param name="Id">As it came; on disk its characters are escaped, so that a line stays a line.</param>
/// <param name="Body">For <see cref="JournalEvent.End"/>: the response, or empty where it lies in a file of its own.</param>
internal sealed record JournalLine(JournalEvent Event, string Id, bool Interrupted = false, ReadOnlyMemory<byte> Body = default)
{
    private const int ChecksumSize = 8;

    public byte[] ToBytes()
    {
        var head = $" {(char)Event} {Uri.EscapeDataString(Id)} {(Interrupted ? 'i' : '-')} ";
        var line = new byte[ChecksumSize + Encoding.ASCII.GetByteCount(head) + Body.Length + 1];
        var count = Encoding.ASCII.GetBytes(head, line.AsSpan(ChecksumSize));
        Body.Span.CopyTo(line.AsSpan(ChecksumSize + count));
        line[^1] = (byte)'\n';
        Encoding.ASCII.GetBytes(Checksum(line.AsSpan()[ChecksumSize..^1]), line);
        return line;
    }

    /// <param name="line">Without its line end.</param>
    /// <returns>Null where the line is not whole.</returns>
    public static JournalLine? Read(ReadOnlyMemory<byte> line)
    {
        if (line.Length < ChecksumSize + 7)
        {
            return null;
        }

        var rest = line[ChecksumSize..];
        if (!line.Span[..ChecksumSize].SequenceEqual(Encoding.ASCII.GetBytes(Checksum(rest.Span))))
        {
            return null;
        }

        var what = (JournalEvent)rest.Span[1];
        var tail = rest[3..];
        var space = tail.Span.IndexOf((byte)' ');
        if (space < 0 || tail.Length < space + 3 || what is not (JournalEvent.Start or JournalEvent.End or JournalEvent.Forget))
        {
            return null;
        }

        var id = Uri.UnescapeDataString(Encoding.ASCII.GetString(tail.Span[..space]));
        return new JournalLine(what, id, tail.Span[space + 1] == 'i', tail[(space + 3)..]);
    }

    private static string Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc.ToString("x8", CultureInfo.InvariantCulture);
    }
}

internal enum JournalEvent
{
    Start = 'S',
    End = 'E',
    Forget = 'F',
}
