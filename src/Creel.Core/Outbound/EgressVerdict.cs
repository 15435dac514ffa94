using System.Globalization;
using System.Net;
using Creel.Core.Isolation;

namespace Creel.Core.Outbound;

/// <summary>What the proxy would do with a wish of a cell, as far as it can be said without looking a name up.</summary>
/// <param name="Rule">The egress rule or the upstream that lets it through, or the code of what refuses it.</param>
/// <param name="Why">A clause for people.</param>
public sealed record EgressVerdict(bool Allowed, string Rule, string Why)
{
    /// <param name="target"><c>host:port</c>, <c>https://host/…</c>, or <c>[METHOD] http://host/path</c>.</param>
    /// <exception cref="CreelException">It is none of these.</exception>
    public static EgressVerdict Of(OutboundGroup group, string target)
    {
        var wish = Wish.Parse(target);
        if (group.Network != NetworkMode.Proxy)
        {
            var network = group.Network.ToString().ToLowerInvariant();
            return group.Network is NetworkMode.Bridge or NetworkMode.Host
                ? new(true, "network", $"its network is {network}: nothing of it goes through the proxy")
                : new(false, "network", $"its network is {network}, which leads nowhere");
        }

        if (group.Upstreams.FirstOrDefault(u => u.AllHosts.Contains(wish.Host, StringComparer.OrdinalIgnoreCase)) is { } upstream)
        {
            return group.Intercept
                ? new(true, upstream.Name, $"a call to the upstream {upstream.Name}, by its key, budget and models")
                : new(false, "upstream", $"{wish.Host} is called by its base URL, /{upstream.Name}/, and not by its name");
        }

        if (group.Egress.Select(EgressRule.Parse).FirstOrDefault(wish.IsCovered) is not { } rule)
        {
            return new(false, "not-allowed", "no rule of its egress lists it");
        }

        return IPAddress.TryParse(wish.Host.AsSpan().Trim("[]"), out var address) && !PublicAddress.Is(address)
            ? new(false, "private-address", $"{rule} lists it, but it is not public, and such addresses are always refused")
            : new(true, rule.ToString(), "where its name leads to public addresses alone");
    }

    private sealed record Wish(string Host, int Port, string? Method, string Path)
    {
        public bool IsCovered(EgressRule rule) =>
            Method is null ? rule.Covers(Host, Port) : rule.Covers(Host, Port, Method, Path);

        public static Wish Parse(string text)
        {
            var space = text.IndexOf(' ');
            var method = space < 0 ? null : text[..space];
            var rest = space < 0 ? text : text[(space + 1)..];
            if (rest.Contains("://", StringComparison.Ordinal))
            {
                return
                    Uri.TryCreate(rest, UriKind.Absolute, out var url)
                    && url is { UserInfo: "", Scheme: "http" or "https" }
                    && (method is null || url.Scheme == "http" && method.All(char.IsAsciiLetterUpper))
                    ? new Wish(
                        url.IdnHost.ToLowerInvariant(),
                        url.Port,
                        url.Scheme == "http" ? method ?? "GET" : null,
                        url.AbsolutePath
                    )
                    : throw Wrong(text);
            }

            var colon = rest.LastIndexOf(':');
            return
                method is null
                && colon > 0
                && int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                && port is > 0 and < 65536
                && (HostText.IsName(rest.AsSpan(0, colon)) || rest[0] == '[' && IPAddress.TryParse(rest.AsSpan(0, colon), out _))
                ? new Wish(rest[..colon].ToLowerInvariant(), port, null, "/")
                : throw Wrong(text);
        }

        private static CreelException Wrong(string text) =>
            new(
                Fault.Invalid(
                    "egress-target",
                    $"{Slug.Quote(text)} is nothing that a cell could want to reach",
                    "write it as github.com:443, https://github.com/ or 'GET http://example.org/feed'"
                )
            );
    }
}
