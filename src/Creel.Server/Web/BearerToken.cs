using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Web;

/// <summary>A token in the Authorization header; never in a cookie, never in a query.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";
    private const int MaxLength = 512;

    /// <summary>Null where there is none, or more than one, or one of impossible length.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return
            header.Count == 1
            && header[0] is { } text
            && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && text.Length <= MaxLength
            ? text[Scheme.Length..].Trim()
            : null;
    }

    /// <summary>What is kept and compared of a token: SHA-256 of its UTF-8.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Compares hashes, in a time that says nothing about the token.</summary>
    public static bool Matches(string? token, ReadOnlySpan<byte> hash) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Hash(token), hash);
}
