using System.Buffers.Binary;

namespace Creel.Proxy.Routes;

/// <summary>
/// Names of calls: RFC 9562's version 7, in the order of time. Nobody gains by guessing one, so the system is not asked for randomness,
/// which would be a system call for each.
/// </summary>
internal static class CallIds
{
    public static Guid Next(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes[6..]);
        BinaryPrimitives.WriteInt64BigEndian(
            bytes,
            now.ToUnixTimeMilliseconds() << 16 | BinaryPrimitives.ReadUInt16BigEndian(bytes[6..])
        );
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x70);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
