using Microsoft.AspNetCore.Http;

namespace Creel.Server.Web;

/// <summary>
/// Which Host headers are ours. A page of some other site whose name was pointed at this machine sends its own name, and is refused.
/// </summary>
internal sealed class HostNames(IReadOnlyList<string> configured)
{
    private static readonly string[] Local = ["localhost", "127.0.0.1", "[::1]"];

    private readonly HashSet<string> named = configured.ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="port">The one at which the connection came in; 0 on a unix socket, which has none: there any will do.</param>
    /// <summary>It is a name that somebody gave us, and so maybe a reverse proxy's, who speaks TLS in our place.</summary>
    public bool Given(HostString host) => host.HasValue && (named.Contains(host.Host) || named.Contains(host.Value!));

    public bool Names(HostString host, int port) =>
        host.HasValue
        && (
            Given(host)
            || (Local.Contains(host.Host, StringComparer.OrdinalIgnoreCase) && (port == 0 || (host.Port ?? 80) == port))
        );
}
