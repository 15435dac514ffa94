using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Audit;

/// <summary>
/// The hash chain: each link hashes the one before and every field, each with its length, so that no change, removal,
/// insertion or reordering keeps the chain whole.
/// </summary>
public static class AuditChain
{
    /// <summary>What the first link hangs on: 32 zero bytes.</summary>
    public static ReadOnlyMemory<byte> Root { get; } = new byte[SHA256.HashSizeInBytes];

    public static byte[] Link(ReadOnlySpan<byte> previous, long sequence, AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        AppendNumber(hash, sequence);
        AppendNumber(hash, entry.At.ToUnixTimeMilliseconds());
        foreach (var field in (ReadOnlySpan<string?>)[entry.Actor, entry.Action, entry.Target, entry.Outcome, entry.Detail])
        {
            var bytes = field is null ? [] : Encoding.UTF8.GetBytes(field);
            AppendNumber(hash, field is null ? -1 : bytes.Length);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }

    private static void AppendNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
