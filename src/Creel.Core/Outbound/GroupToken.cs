using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Outbound;

/// <summary>
/// By what a program outside of cells shows which group it belongs to: 256 random bits behind a word that tells it from a
/// provider's key. Kept as its hash alone, which for so many bits needs no salt and no work.
/// </summary>
public static class GroupToken
{
    public const string Prefix = "creel-";
    public const int Bytes = 32;

    private const int Length = 43;

    /// <param name="random">32 bytes.</param>
    public static string Of(ReadOnlySpan<byte> random) =>
        random.Length == Bytes
            ? Prefix + Base64Url.EncodeToString(random)
            : throw new ArgumentException("a token has 32 bytes", nameof(random));

    /// <summary>It has a token's shape; whose it is, or whether it is anybody's, its hash tells.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text) =>
        text.Length == Prefix.Length + Length && text.StartsWith(Prefix) && !text[Prefix.Length..].ContainsAnyExcept(Letters);

    /// <returns>32 bytes.</returns>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
}
