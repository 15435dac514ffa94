using System.Buffers.Binary;

namespace Creel.Adapters.Docker;

/// <summary>What a container wrote, as the engine tells it: pieces, each with a head of eight bytes.</summary>
internal static class ContainerLog
{
    private const int Head = 8;

    /// <summary>Both streams in the order in which they were written. A piece that is cut off at the end counts as far as it goes.</summary>
    public static byte[] Plain(ReadOnlySpan<byte> framed)
    {
        using var plain = new MemoryStream(framed.Length);
        while (framed.Length >= Head)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(framed[4..]);
            var piece = framed[Head..];
            piece = piece[..(int)Math.Min(length, (uint)piece.Length)];
            plain.Write(piece);
            framed = framed[(Head + piece.Length)..];
        }

        return plain.ToArray();
    }
}
