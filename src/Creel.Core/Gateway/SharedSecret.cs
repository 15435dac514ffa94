using System.Security.Cryptography;
using System.Text;

namespace Creel.Core.Gateway;

public enum SharedSecretKind
{
    Token,
    Password,

    /// <summary>Nobody is asked for a secret; only where it is written out as unsafe.</summary>
    None,
}

/// <summary>What opens the gateway.</summary>
/// <param name="Hash">SHA-256 of the token or the password; null: none is set, and nobody gets in by it.</param>
public sealed record SharedSecret(SharedSecretKind Kind, byte[]? Hash)
{
    public string Word =>
        Kind switch
        {
            SharedSecretKind.Token => "token",
            SharedSecretKind.Password => "password",
            _ => "none",
        };

    public static SharedSecret Token(string token) => new(SharedSecretKind.Token, Of(token));

    public static SharedSecret Password(string password) => new(SharedSecretKind.Password, Of(password));

    public static SharedSecret Open { get; } = new(SharedSecretKind.None, null);

    /// <summary>In a time that says nothing about the secret.</summary>
    public static bool Matches(string? given, byte[]? hash) =>
        given is not null && hash is not null && CryptographicOperations.FixedTimeEquals(Of(given), hash);

    public static byte[] Of(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
