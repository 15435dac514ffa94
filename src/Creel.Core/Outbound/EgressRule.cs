using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Creel.Core.Outbound;

/// <summary>
/// One thing that a cell may reach: <c>host:port</c>, <c>*.host:port</c> (any name below it, not itself), or, where the proxy
/// sees it since it is plain HTTP, <c>GET http://host[:port]/path</c>, with <c>*</c> for any end of the path.
/// </summary>
/// <param name="Host">In lower case.</param>
/// <param name="Method">Null: not only plain HTTP, and any method.</param>
public sealed record EgressRule(string Host, int Port, string? Method = null, string? Path = null)
{
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EgressRule? rule)
    {
        rule = null;
        var words = (text ?? "").Split(' ');
        return words.Length switch
        {
            1 => (rule = Authority(words[0], null)) is not null,
            2 => (rule = Plain(words[0], words[1])) is not null,
            _ => false,
        };
    }

    /// <exception cref="CreelException">It is no rule.</exception>
    public static EgressRule Parse(string? text) =>
        TryParse(text, out var rule)
            ? rule
            : throw new CreelException(
                Fault.Invalid(
                    "egress-rule",
                    $"{Slug.Quote(text)} is no egress rule",
                    "write it as 'github.com:443', '*.example.org:443' or 'GET http://example.org/feed/*'"
                )
            );

    /// <summary>A connection whose content the proxy does not see.</summary>
    public bool Covers(string host, int port) => Method is null && Names(host, port);

    /// <summary>A plain request, which it does see.</summary>
    /// <param name="path">Without a query.</param>
    public bool Covers(string host, int port, string method, string path) =>
        Names(host, port)
        && (
            Method is null
            || Method == method && (Path!.EndsWith('*') ? path.StartsWith(Path[..^1], StringComparison.Ordinal) : path == Path)
        );

    public override string ToString() =>
        Method is null
            ? $"{Host}:{Port.ToString(CultureInfo.InvariantCulture)}"
            : $"{Method} http://{Host}:{Port.ToString(CultureInfo.InvariantCulture)}{Path}";

    private bool Names(string host, int port) =>
        port == Port
        && (
            Host.StartsWith("*.", StringComparison.Ordinal)
                ? host.Length > Host.Length - 1 && host.EndsWith(Host[1..], StringComparison.OrdinalIgnoreCase)
                : host.Equals(Host, StringComparison.OrdinalIgnoreCase)
        );

    private static EgressRule? Plain(string method, string url)
    {
        const string Scheme = "http://";
        if (
            method.Length is 0 or > 20
            || !method.All(char.IsAsciiLetterUpper)
            || !url.StartsWith(Scheme, StringComparison.Ordinal)
        )
        {
            return null;
        }

        var slash = url.IndexOf('/', Scheme.Length);
        var path = slash < 0 ? "/" : url[slash..];
        return path.Any(c => c is <= ' ' or > '~' or '?' or '#') ? null
            : Authority(slash < 0 ? url[Scheme.Length..] : url[Scheme.Length..slash], 80) is { } rule
                ? rule with
                {
                    Method = method,
                    Path = path,
                }
            : null;
    }

    private static EgressRule? Authority(string text, int? defaultPort)
    {
        var colon = text.LastIndexOf(':');
        var port = defaultPort ?? 0;
        var numbered =
            colon >= 0
                ? int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)
                : defaultPort is not null;
        var host = (colon < 0 ? text : text[..colon]).ToLowerInvariant();
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return numbered && port is > 0 and < 65536 && HostText.IsName(name) ? new EgressRule(host, port) : null;
    }
}
