using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Web;

/// <summary>A token in the Authorization header; never in a cookie, never in a query.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";
    private const string AgentHeader = "X-Agent-Token";
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

    /// <summary>An agent's, which may come in a header of its own; that one counts where both are there. Null as in <see cref="Of"/>.</summary>
    public static string? OfAgent(HttpRequest request)
    {
        var header = request.Headers[AgentHeader];
        return header.Count == 0 ? Of(request)
            : header.Count == 1 && header[0] is { Length: <= MaxLength } text ? text.Trim()
            : null;
    }

    /// <summary>What is kept and compared of a token: SHA-256 of its UTF-8.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Compares hashes, in a time that says nothing about the token.</summary>
    public static bool Matches(string? token, ReadOnlySpan<byte> hash) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Hash(token), hash);
}
