using System.Buffers.Binary;
using System.Text;

namespace Creel.Tests.Proxy;

/// <summary>Client hellos as bytes.</summary>
internal static class Hello
{
    /// <param name="name">Null: none is named.</param>
    /// <param name="extra">More extensions, as bytes.</param>
    /// <param name="record">Bytes of the message in each record.</param>
    public static byte[] Of(string? name, byte[]? extra = null, int record = 16384)
    {
        List<byte> extensions = [.. Extension(10, [0, 2, 0, 29])];
        if (name is not null)
        {
            extensions.AddRange(ServerName(name));
        }

        extensions.AddRange(extra ?? []);
        byte[] body = [3, 3, .. new byte[32], 32, .. new byte[32], .. Sized([0x13, 1, 0x13, 2]), 1, 0, .. Sized([.. extensions])];
        byte[] message = [1, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];
        return [.. message.Chunk(record).SelectMany(part => (byte[])[0x16, 3, 1, .. Sized(part)])];
    }

    public static byte[] ServerName(string name) => Extension(0, Sized([0, .. Sized(Encoding.ASCII.GetBytes(name))]));

    public static byte[] Extension(ushort kind, byte[] content) => [(byte)(kind >> 8), (byte)kind, .. Sized(content)];

    private static byte[] Sized(byte[] content)
    {
        var sized = new byte[content.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(sized, (ushort)content.Length);
        content.CopyTo(sized, 2);
        return sized;
    }
}
