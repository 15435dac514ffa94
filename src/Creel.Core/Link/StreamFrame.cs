using System.Buffers.Binary;

namespace Creel.Core.Link;

/// <summary>
/// One binary message of the link: a piece of a byte stream (shell, log, port-forward). Layout: kind (1 byte), stream id
/// (4 bytes, big-endian), body. The hub chooses ids and opens; either side may send, window, and end.
/// </summary>
public readonly record struct StreamFrame(StreamFrameKind Kind, uint Stream, ReadOnlyMemory<byte> Body)
{
    public const int HeaderSize = 5;

    /// <summary>The most that one data frame carries, so that a task never waits behind more than one of these.</summary>
    public const int MaxData = 16 * 1024;

    /// <summary>Bytes that may be under way in one direction before the receiver grants more.</summary>
    public const int InitialWindow = 256 * 1024;

    public static bool TryRead(ReadOnlyMemory<byte> message, out StreamFrame frame)
    {
        frame = default;
        if (message.Length < HeaderSize || message.Span[0] is 0 or > (byte)StreamFrameKind.End)
        {
            return false;
        }

        frame = new StreamFrame(
            (StreamFrameKind)message.Span[0],
            BinaryPrimitives.ReadUInt32BigEndian(message.Span[1..]),
            message[HeaderSize..]
        );
        return true;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderSize + Body.Length];
        bytes[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), Stream);
        Body.Span.CopyTo(bytes.AsSpan(HeaderSize));
        return bytes;
    }
}

public enum StreamFrameKind : byte
{
    /// <summary>Hub to runtime. Body: <see cref="StreamOpen"/> as JSON.</summary>
    Open = 1,

    /// <summary>Bytes, at most <see cref="StreamFrame.MaxData"/>, and never more than the receiver's window.</summary>
    Data = 2,

    /// <summary>Body: 4 bytes, big-endian: so many more bytes may be sent.</summary>
    Window = 3,

    /// <summary>The sender will send no more data; the other direction goes on. No body.</summary>
    Finish = 4,

    /// <summary>Hub to runtime, shells only. Body: columns and rows, 2 bytes each, big-endian.</summary>
    Resize = 5,

    /// <summary>Over, both directions. Body: <see cref="StreamEnd"/> as JSON.</summary>
    End = 6,
}
