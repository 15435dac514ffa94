using System.Security.Cryptography;

namespace Creel.Proxy.Keys;

/// <summary>Bytes on disk that only the master key opens: a mark that says what they are, a nonce, a tag, and AES-256-GCM.</summary>
internal static class SealedBytes
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public static byte[] Seal(ReadOnlySpan<byte> plain, byte[] master, ReadOnlySpan<byte> mark)
    {
        var box = new byte[mark.Length + NonceLength + TagLength + plain.Length];
        mark.CopyTo(box);
        var nonce = box.AsSpan(mark.Length, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(master, TagLength);
        aes.Encrypt(
            nonce,
            plain,
            box.AsSpan(mark.Length + NonceLength + TagLength),
            box.AsSpan(mark.Length + NonceLength, TagLength),
            mark
        );
        return box;
    }

    /// <returns>Pinned, and to be overwritten by the caller; null: it has another mark, or another key sealed it.</returns>
    public static byte[]? Open(ReadOnlySpan<byte> box, byte[] master, ReadOnlySpan<byte> mark)
    {
        if (!box.StartsWith(mark) || box.Length < mark.Length + NonceLength + TagLength)
        {
            return null;
        }

        var rest = box[mark.Length..];
        var plain = GC.AllocateArray<byte>(rest.Length - NonceLength - TagLength, pinned: true);
        try
        {
            using var aes = new AesGcm(master, TagLength);
            aes.Decrypt(rest[..NonceLength], rest[(NonceLength + TagLength)..], rest.Slice(NonceLength, TagLength), plain, mark);
            return plain;
        }
        catch (CryptographicException)
        {
            CryptographicOperations.ZeroMemory(plain);
            return null;
        }
    }
}
