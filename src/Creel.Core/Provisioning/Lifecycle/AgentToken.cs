using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>The form of what agents elsewhere show us: <c>ID.SECRET</c>, so that it is found without a search.</summary>
public static class AgentToken
{
    /// <summary>Random bytes of the secret.</summary>
    public const int SecretBytes = 32;

    private const int SecretLength = 43;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    );

    public static string Of(AgentId agent, ReadOnlySpan<byte> secret) => $"{agent}.{Base64Url.EncodeToString(secret)}";

    /// <returns>Whose it says to be; null where it can be nobody's.</returns>
    public static AgentId? AgentOf(string? text) =>
        text?.IndexOf('.') is { } dot and > 0
        && text.Length - dot - 1 == SecretLength
        && !text.AsSpan(dot + 1).ContainsAnyExcept(Alphabet)
        && AgentId.TryParse(text[..dot], out var agent)
            ? agent
            : null;

    /// <summary>
    /// All that is kept of it: SHA-256 of its text. A secret of 256 random bits needs no slow hash, and one that is fast to check is no way to
    /// keep us busy.
    /// </summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
