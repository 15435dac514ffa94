using System.Buffers.Binary;
using System.Text;

namespace Creel.Runtime.Attempts;

/// <summary>The first message of a TLS client (RFC 8446 §4.1.2), made so that any server would answer it.</summary>
internal static class HelloText
{
    private const ushort Groups = 10;
    private const ushort Signatures = 13;
    private const ushort Versions = 43;
    private const ushort KeyShare = 51;
    private const ushort EncryptedHello = 0xFE0D;

    /// <param name="name">Null: it names no host.</param>
    /// <param name="encrypted">It says that the host that counts is in an encrypted part.</param>
    public static byte[] Of(string? name, bool encrypted = false)
    {
        List<byte> extensions =
        [
            .. Extension(Groups, [0, 2, 0, 29]),
            .. Extension(Signatures, [0, 6, 4, 3, 8, 4, 4, 1]),
            .. Extension(Versions, [4, 3, 4, 3, 3]),
            .. Extension(KeyShare, Sized([0, 29, .. Sized([9, .. new byte[31]])])),
        ];
        if (name is not null)
        {
            extensions.AddRange(Extension(0, Sized([0, .. Sized(Encoding.ASCII.GetBytes(name))])));
        }

        if (encrypted)
        {
            // Of the outer kind: suite, configuration, no key, and a sealed hello.
            extensions.AddRange(Extension(EncryptedHello, [0, 0, 1, 0, 1, 7, .. Sized(new byte[32]), .. Sized(new byte[128])]));
        }

        byte[] suites = Sized([0x13, 1, 0x13, 2, 0xC0, 0x2B, 0xC0, 0x2F]);
        byte[] body = [3, 3, .. new byte[32], 32, .. new byte[32], .. suites, 1, 0, .. Sized([.. extensions])];
        byte[] message = [1, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
        return [0x16, 3, 1, .. Sized(message)];
    }

    /// <summary>A server's hello: somebody answers for that name.</summary>
    public static bool IsAnswered(ReadOnlySpan<byte> heard) => heard is [0x16, 3, _, _, _, 2, ..];

    private static byte[] Extension(ushort kind, byte[] content) => [(byte)(kind >> 8), (byte)kind, .. Sized(content)];

    private static byte[] Sized(byte[] content)
    {
        var sized = new byte[content.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(sized, (ushort)content.Length);
        content.CopyTo(sized, 2);
        return sized;
    }
}
