using System.Buffers.Binary;

namespace Creel.Runtime.Link;

/// <summary>What stands before the bytes of a WebSocket frame (RFC 6455 §5.2).</summary>
/// <param name="Length">Bytes of payload.</param>
internal readonly record struct FrameHeader(FrameKind Kind, bool Last, int Length)
{
    /// <summary>The longest that a client sends: with 8 bytes of length and a mask.</summary>
    public const int MostBytes = 14;

    private const byte Masked = 0x80;
    private const byte Final = 0x80;

    public bool IsControl => Kind >= FrameKind.Close;

    /// <summary>How many bytes a server's header has in all, as its first two tell.</summary>
    public static int BytesOf(ReadOnlySpan<byte> two) => 2 + LengthBytes(two[1] & 0x7f);

    /// <summary>A server's header, whole. Null where it breaks the rules, or a message would be longer than any is.</summary>
    public static FrameHeader? Read(ReadOnlySpan<byte> bytes)
    {
        var kind = (FrameKind)(bytes[0] & 0x0f);
        var reserved = (bytes[0] & 0x70) != 0 || (bytes[1] & Masked) != 0;
        var length = LengthBytes(bytes[1] & 0x7f) switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            8 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)(bytes[1] & 0x7f),
        };
        var header = new FrameHeader(kind, (bytes[0] & Final) != 0, (int)Math.Min(length, int.MaxValue));
        var wrong =
            reserved
            || kind is not (<= FrameKind.Binary or (>= FrameKind.Close and <= FrameKind.Pong))
            || length > int.MaxValue
            || (header.IsControl && (!header.Last || length > 125));
        return wrong ? null : header;
    }

    /// <summary>
    /// A client's header; returns its length. The mask is zero, which changes nothing: it protects from caches that read along
    /// (§10.3), and on a unix socket there are none.
    /// </summary>
    public int Write(Span<byte> bytes)
    {
        bytes[..MostBytes].Clear();
        bytes[0] = (byte)((byte)Kind | (Last ? Final : 0));
        switch (Length)
        {
            case < 126:
                bytes[1] = (byte)(Masked | Length);
                return 6;
            case <= ushort.MaxValue:
                bytes[1] = Masked | 126;
                BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)Length);
                return 8;
            default:
                bytes[1] = Masked | 127;
                BinaryPrimitives.WriteUInt64BigEndian(bytes[2..], (ulong)Length);
                return MostBytes;
        }
    }

    private static int LengthBytes(int seven) =>
        seven switch
        {
            126 => 2,
            127 => 8,
            _ => 0,
        };
}

/// <summary>Its opcode.</summary>
internal enum FrameKind : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
