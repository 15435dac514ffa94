using System.Buffers.Binary;

namespace Creel.Proxy.Offline;

/// <summary>When a call began: its id, of version 7, begins with the milliseconds.</summary>
internal static class IdTime
{
    /// <summary>Since 1970.</summary>
    public static long Seconds(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16) / 1000;
    }
}
