using Creel.Proxy.Egress;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Creel.Proxy.Routes;

/// <summary>What a request asks for. What could be read in two ways is refused, not repaired.</summary>
/// <param name="Path">As it came, with its '%' signs.</param>
/// <param name="Query">With its '?', or empty.</param>
internal abstract record RequestTarget(string Path, string Query)
{
    /// <summary>This proxy, by one of the names that it has in a cell.</summary>
    public sealed record Own(string Path, string Query) : RequestTarget(Path, Query);

    /// <summary>Somebody else, in plain HTTP.</summary>
    public sealed record Other(HostPort To, string Path, string Query) : RequestTarget(Path, Query);

    public sealed record Wrong(string Why) : RequestTarget("", "");

    private static readonly string[] OwnNames = ["127.0.0.1", "localhost", "[::1]", "api-proxy"];

    public static RequestTarget Read(HttpContext context)
    {
        const string Plain = "http://";
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (raw.StartsWith('/'))
        {
            // A client of HTTP/1.0 may name no host; it then means whom it has connected to.
            return context.Request.Host.Value is not { Length: > 0 } host ? Split(raw, null) : At(host, raw);
        }

        if (!raw.StartsWith(Plain, StringComparison.OrdinalIgnoreCase))
        {
            return new Wrong("the target is neither a path nor an http:// URL");
        }

        var end = raw.AsSpan(Plain.Length).IndexOfAny('/', '?');
        return end < 0
            ? At(raw[Plain.Length..], "/")
            : At(
                raw.Substring(Plain.Length, end),
                raw[Plain.Length + end] == '/' ? raw[(Plain.Length + end)..] : $"/{raw[(Plain.Length + end)..]}"
            );
    }

    private static RequestTarget At(string authority, string rest) =>
        !HostPort.TryParse(authority, 80, out var host) ? new Wrong("the host is not host[:port]")
        : OwnNames.Contains(host.Host) ? Split(rest, null)
        : Split(rest, host);

    private static RequestTarget Split(string text, HostPort? other)
    {
        var mark = text.IndexOf('?');
        var path = mark < 0 ? text : text[..mark];
        var query = mark < 0 ? "" : text[mark..];
        return !PathText.IsPlain(path) || query.AsSpan().ContainsAnyExceptInRange('!', '~') || query.Contains('#')
                ? new Wrong("the path is not written plainly")
            : other is null ? new Own(path, query)
            : new Other(other, path, query);
    }
}
