using System.Buffers;
using System.Collections.Frozen;
using System.Net.Http.Headers;
using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Creel.Proxy.Routes;

/// <summary>Which headers pass.</summary>
internal static class HeaderRules
{
    /// <summary>They belong to one connection (RFC 9110 §7.6.1), or announce one.</summary>
    private static readonly FrozenSet<string> HopByHop = Set(
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
        "alt-svc"
    );

    /// <summary>A tab may stand in a value.</summary>
    private static readonly SearchValues<char> Controls = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Append(0x7F).Where(c => c != '\t').Select(c => (char)c),
    ]);

    /// <summary>
    /// What a client must not bring to an upstream: keys of its own, who is to be billed, and what it says about where it comes from.
    /// </summary>
    private static readonly FrozenSet<string> ClientsOwn = Set(
        "host",
        "expect",
        "content-length",
        "x-api-key",
        "api-key",
        "x-goog-api-key",
        "authorization",
        "cookie",
        "forwarded",
        "via",
        "x-real-ip",
        "true-client-ip",
        "openai-organization",
        "openai-project",
        "x-goog-user-project",
        "x-http-method-override"
    );

    /// <summary>Only these belong to the body and not to the request, by the HTTP client's own division.</summary>
    private static readonly FrozenSet<string> OfTheBody = Set(
        "allow",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-location",
        "content-md5",
        "content-range",
        "content-type",
        "expires",
        "last-modified"
    );

    /// <summary>To an upstream: without any key, address or cookie.</summary>
    /// <param name="readable">The answer must not come compressed.</param>
    public static void CopyToUpstream(IHeaderDictionary from, HttpRequestMessage to, bool readable)
    {
        foreach (var (name, values) in from)
        {
            if (
                !ClientsOwn.Contains(name)
                && !IsOfTheLine(name, from.Connection)
                && !name.StartsWith("x-forwarded-", StringComparison.OrdinalIgnoreCase)
                && !(readable && name.Equals("accept-encoding", StringComparison.OrdinalIgnoreCase))
            )
            {
                Add(to, name, values);
            }
        }
    }

    /// <summary>To any other host: what is the cell's own stays, what is the line's does not.</summary>
    public static void CopyToHost(IHeaderDictionary from, HttpRequestMessage to)
    {
        foreach (var (name, values) in from)
        {
            if (
                !IsOfTheLine(name, from.Connection)
                && !name.Equals("host", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("expect", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
            )
            {
                Add(to, name, values);
            }
        }
    }

    public static void PutKey(HttpRequestMessage to, AuthStyle style, string key)
    {
        var (name, value) = style == AuthStyle.ApiKey ? ("x-api-key", key) : ("Authorization", $"Bearer {key}");
        to.Headers.TryAddWithoutValidation(name, value);
    }

    /// <param name="cookies">They pass.</param>
    /// <param name="length">The length passes; else it is told by the end.</param>
    public static void CopyBack(HttpResponseMessage from, HttpResponse to, bool cookies, bool length)
    {
        var headers = from.Headers.NonValidated;
        var connection = headers.TryGetValues("Connection", out var said) ? Named(said) : null;

        // Beside chunks it means nothing (RFC 9112 §6.3).
        length &= !headers.Contains("Transfer-Encoding");
        CopyBack(headers, connection, to, cookies, length);
        CopyBack(from.Content.Headers.NonValidated, connection, to, cookies, length);
    }

    /// <summary>What an upstream says once its answer is over, and a client may be told.</summary>
    public static IEnumerable<(string Name, string Value)> Trailers(HttpResponseMessage answer, bool cookies) =>
        from trailer in answer.TrailingHeaders.NonValidated
        where Passes(trailer.Key, null, cookies, length: false)
        from value in trailer.Value
        where IsSayable(value)
        select (trailer.Key, value);

    /// <returns>Null: it names no header, as mostly.</returns>
    private static string[]? Named(HeaderStringValues connection) =>
        connection.Count == 1
        && connection.ToString() is var only
        && (
            only.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
            || only.Equals("close", StringComparison.OrdinalIgnoreCase)
        )
            ? null
            : [.. connection.SelectMany(line => line.Split(',', StringSplitOptions.TrimEntries))];

    private static void CopyBack(
        HttpHeadersNonValidated from,
        IReadOnlyCollection<string>? connection,
        HttpResponse to,
        bool cookies,
        bool length
    )
    {
        foreach (var (name, values) in from)
        {
            if (Passes(name, connection, cookies, length))
            {
                var whole = values.Count == 1 ? values.ToString() : null;
                if (whole is not null ? IsSayable(whole) : values.All(IsSayable))
                {
                    to.Headers[name] = whole is not null ? whole : values.ToArray();
                }
            }
        }
    }

    private static bool Passes(string name, IReadOnlyCollection<string>? connection, bool cookies, bool length) =>
        !HopByHop.Contains(name)
        && !name.StartsWith("proxy-", StringComparison.OrdinalIgnoreCase)
        && (connection is null || !connection.Contains(name, StringComparer.OrdinalIgnoreCase))
        && (cookies || !name.StartsWith("set-cookie", StringComparison.OrdinalIgnoreCase))
        && (length || !name.Equals("content-length", StringComparison.OrdinalIgnoreCase));

    /// <summary>A value with control characters (RFC 9110 §5.5) is sent to nobody.</summary>
    private static bool IsSayable(string value) => !value.AsSpan().ContainsAny(Controls);

    private static void Add(HttpRequestMessage to, string name, StringValues values)
    {
        HttpHeaders? headers = OfTheBody.Contains(name) ? to.Content?.Headers : to.Headers;
        if (values.Count == 1)
        {
            headers?.TryAddWithoutValidation(name, values[0]);
        }
        else
        {
            headers?.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
    }

    private static bool IsOfTheLine(string name, StringValues connection)
    {
        if (HopByHop.Contains(name) || name.StartsWith("proxy-", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (var line in connection)
        {
            if (
                line is not null
                && line.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
