using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Creel.Proxy.Egress;

/// <summary>The first message of TLS (RFC 8446 §4.1.2), from which only the server's name is wanted.</summary>
/// <param name="ServerName">In lower case; null where it names none.</param>
/// <param name="IsEncrypted">It carries an encrypted hello (ECH), so the name that one sees may not be the one that counts.</param>
internal sealed record ClientHello(string? ServerName, bool IsEncrypted)
{
    /// <summary>Bytes of it, at most, with the heads of its records.</summary>
    public const int Longest = 64 * 1024;

    private const int RecordHead = 5;

    public enum State
    {
        /// <summary>So far it is one; more must come.</summary>
        Unfinished,
        Whole,
        NotTls,
    }

    /// <summary>Reads as much as is there. Its message may be spread over several records.</summary>
    public static State Read(ReadOnlySequence<byte> bytes, out ClientHello? hello)
    {
        hello = null;
        var input = bytes.Length > Longest ? bytes.Slice(0, Longest).ToArray() : bytes.ToArray();
        var message = new byte[input.Length];
        var length = 0;
        ReadOnlySpan<byte> rest = input;
        while (true)
        {
            if (rest.Length > 0 && rest[0] != 0x16 || rest.Length > 1 && rest[1] != 3)
            {
                return State.NotTls;
            }

            if (rest.Length < RecordHead)
            {
                return Unfinished(input);
            }

            var size = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
            if (size is 0 or > 16384)
            {
                return State.NotTls;
            }

            var part = rest[RecordHead..];
            part = part[..Math.Min(part.Length, size)];
            part.CopyTo(message.AsSpan(length));
            length += part.Length;
            if (length > 0 && message[0] != 1)
            {
                return State.NotTls;
            }

            if (length >= 4)
            {
                var whole = 4 + (message[1] << 16 | message[2] << 8 | message[3]);
                if (whole > Longest)
                {
                    return State.NotTls;
                }

                if (length >= whole)
                {
                    // What follows the hello in its record can't be there before the server has answered.
                    return length == whole && Parse(message.AsSpan(4, whole - 4)) is { } found
                        ? Found(found, out hello)
                        : State.NotTls;
                }
            }

            if (part.Length < size)
            {
                return Unfinished(input);
            }

            rest = rest[(RecordHead + size)..];
        }
    }

    private static State Unfinished(byte[] input) => input.Length >= Longest ? State.NotTls : State.Unfinished;

    private static State Found(ClientHello found, out ClientHello? hello)
    {
        hello = found;
        return State.Whole;
    }

    private static ClientHello? Parse(ReadOnlySpan<byte> body)
    {
        // Version and random, then session id, cipher suites and compression methods, each with its length before it.
        if (body.Length < 34)
        {
            return null;
        }

        body = body[34..];
        if (!Skip(ref body, 1) || !Skip(ref body, 2) || !Skip(ref body, 1))
        {
            return null;
        }

        if (body.Length == 0)
        {
            return new ClientHello(null, false);
        }

        return Take(ref body, 2, out var extensions) && body.Length == 0 ? Extensions(extensions) : null;
    }

    private static ClientHello? Extensions(ReadOnlySpan<byte> extensions)
    {
        string? name = null;
        var encrypted = false;
        var named = false;
        while (extensions.Length > 0)
        {
            if (extensions.Length < 2)
            {
                return null;
            }

            var kind = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!Take(ref extensions, 2, out var content))
            {
                return null;
            }

            if (kind == 0)
            {
                // Two of them would let two readers see two names.
                if (named || !Name(content, out name))
                {
                    return null;
                }

                named = true;
            }

            encrypted |= kind is 0xfe0d or 0xffce;
        }

        return new ClientHello(name, encrypted);
    }

    private static bool Name(ReadOnlySpan<byte> content, out string? name)
    {
        name = null;
        if (!Take(ref content, 2, out var list) || content.Length > 0 || list.Length < 3 || list[0] != 0)
        {
            return false;
        }

        list = list[1..];
        if (
            !Take(ref list, 2, out var host)
            || list.Length > 0
            || host.Length == 0
            || host.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E)
        )
        {
            return false;
        }

        name = Encoding.ASCII.GetString(host).ToLowerInvariant();
        return true;
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, int lengthBytes) => Take(ref rest, lengthBytes, out _);

    private static bool Take(ref ReadOnlySpan<byte> rest, int lengthBytes, out ReadOnlySpan<byte> field)
    {
        field = [];
        if (rest.Length < lengthBytes)
        {
            return false;
        }

        var length = lengthBytes == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < lengthBytes + length)
        {
            return false;
        }

        field = rest.Slice(lengthBytes, length);
        rest = rest[(lengthBytes + length)..];
        return true;
    }
}
