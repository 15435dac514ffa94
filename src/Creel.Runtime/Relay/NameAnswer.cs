using System.Buffers.Binary;

namespace Creel.Runtime.Relay;

/// <summary>The answer to a question for a name (RFC 1035): one address for every name of two labels or more, and none for others.</summary>
internal static class NameAnswer
{
    /// <summary>Bytes of a question over UDP that are looked at.</summary>
    public const int Longest = 4096;

    private const int HeadLength = 12;
    private const ushort Answered = 0x8180;
    private const ushort NoSuchName = 3;
    private const ushort NotDone = 4;
    private const ushort Address = 1;
    private const ushort Internet = 1;
    private const uint Lifetime = 60;

    /// <summary>A public address, since many programs refuse private ones as an attack. In the cell it is the cell itself.</summary>
    private static readonly byte[] Everything = [160, 79, 104, 10];

    /// <summary>Names below these are nobody's outside (RFC 6761, 6762, 8375).</summary>
    private static readonly string[] Inside = ["localhost", "local", "internal", "invalid", "test", "onion", "home.arpa"];

    /// <summary>Null: it is no question.</summary>
    public static byte[]? To(ReadOnlySpan<byte> question)
    {
        if (question.Length < HeadLength)
        {
            return null;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(question[2..]);
        var count = BinaryPrimitives.ReadUInt16BigEndian(question[4..]);
        if ((flags & 0x8000) != 0)
        {
            return null;
        }

        if ((flags & 0x7800) != 0 || count != 1 || NameLength(question[HeadLength..]) is not { } length)
        {
            return Head(question, NotDone, [], false);
        }

        var end = HeadLength + length + 4;
        if (question.Length < end)
        {
            return Head(question, NotDone, [], false);
        }

        var asked = question[HeadLength..end];
        var known = IsOutside(Text(asked[..length]));
        var type = BinaryPrimitives.ReadUInt16BigEndian(asked[length..]);
        var kind = BinaryPrimitives.ReadUInt16BigEndian(asked[(length + 2)..]);
        return Head(question, known ? (ushort)0 : NoSuchName, asked, known && type == Address && kind == Internet);
    }

    private static byte[] Head(ReadOnlySpan<byte> question, ushort code, ReadOnlySpan<byte> asked, bool address)
    {
        var answer = new byte[HeadLength + asked.Length + (address ? 16 : 0)];
        var span = answer.AsSpan();
        question[..2].CopyTo(span);

        // Recursion is told to be there, as stub resolvers want it; the bit that asks for it comes back as it came.
        var wanted = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(question[2..]) & 0x0100);
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)((Answered & ~0x0100) | wanted | code));
        BinaryPrimitives.WriteUInt16BigEndian(span[4..], (ushort)(asked.Length > 0 ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(span[6..], (ushort)(address ? 1 : 0));
        asked.CopyTo(span[HeadLength..]);
        if (address)
        {
            var record = span[(HeadLength + asked.Length)..];

            // The name is the question's own, by a pointer to it.
            BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | HeadLength);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], Address);
            BinaryPrimitives.WriteUInt16BigEndian(record[4..], Internet);
            BinaryPrimitives.WriteUInt32BigEndian(record[6..], Lifetime);
            BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)Everything.Length);
            Everything.CopyTo(record[12..]);
        }

        return answer;
    }

    /// <summary>Bytes up to and with the end of a name; null: it is none, or has a pointer, which a question has no use for.</summary>
    private static int? NameLength(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && at <= 254)
        {
            int label = bytes[at];
            if (label == 0)
            {
                return at + 1;
            }

            if (label > 63)
            {
                return null;
            }

            at += label + 1;
        }

        return null;
    }

    private static string Text(ReadOnlySpan<byte> name)
    {
        var labels = new List<string>();
        while (name[0] != 0)
        {
            labels.Add(System.Text.Encoding.Latin1.GetString(name.Slice(1, name[0])).ToLowerInvariant());
            name = name[(name[0] + 1)..];
        }

        return string.Join('.', labels);
    }

    private static bool IsOutside(string name) =>
        name.Contains('.', StringComparison.Ordinal)
        && !Inside.Any(inside => name == inside || name.EndsWith("." + inside, StringComparison.Ordinal));
}
