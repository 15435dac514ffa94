namespace Creel.Core.Outbound;

/// <summary>What must hold of orders that are well-formed.</summary>
internal static class OrdersCheck
{
    /// <exception cref="CreelException">The first thing that does not.</exception>
    public static void Check(ProxyOrders orders)
    {
        if (IsIncomplete(orders))
        {
            throw Wrong("a list is missing: orders are complete, since they replace all that was said before");
        }

        Once(orders.Cells.Select(c => c.Cell.Value), "the cell");
        Once(orders.Upstreams.Select(u => u.Name), "the upstream");
        foreach (var upstream in orders.Upstreams)
        {
            Check(upstream);
            Hosts(upstream);
        }

        if (orders.BodyLimit is < 1024 or > 1L << 30 || orders.ReadTimeout is < 1 or > 86400)
        {
            throw Wrong("bodyLimit is from 1 KiB to 1 GiB, and readTimeout from 1 to 86400 seconds");
        }

        if (
            orders.Compatibility is { } compatibility
            && (compatibility.Port is < 1 or > 65535 || !System.Net.IPAddress.TryParse(compatibility.Address, out _))
        )
        {
            throw Wrong("the compatibility port is an IP address and a port from 1 to 65535");
        }

        foreach (var limits in orders.Cells.Select(c => c.Limits))
        {
            if (limits.Requests < 0 || limits.Tokens < 0 || limits.Concurrent < 0)
            {
                throw Wrong("a limit is below zero");
            }
        }
    }

    /// <summary>What JSON leaves out is null after reading, whatever the type says.</summary>
    private static bool IsIncomplete(ProxyOrders orders) =>
        orders is { Cells: null } or { Upstreams: null } or { Budgets: null }
        || orders.Cells.Any(c =>
            c is null or { Agents: null } or { Models: null } or { Limits: null } or { Egress: null } or { Budgets: null }
        )
        || orders.Upstreams.Any(u => u is null or { Calls: null });

    private static void Check(UpstreamModel upstream)
    {
        if (!Slug.IsValid(upstream.Name))
        {
            throw Wrong($"{Slug.Quote(upstream.Name)} is no upstream's name: {AgentId.Rule}");
        }

        if (
            !Uri.TryCreate(upstream.BaseUrl, UriKind.Absolute, out var url)
            || url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && upstream.Local)
            || url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0
        )
        {
            throw Wrong(
                $"the base URL of the upstream {upstream.Name} is not https://host[:port][/path]; plain http is for local ones"
            );
        }
    }

    private static void Hosts(UpstreamModel upstream)
    {
        foreach (var host in upstream.Hosts.Where(host => !HostText.IsName(host) || host != host.ToLowerInvariant()))
        {
            throw Wrong($"{Slug.Quote(host)} is no host of the upstream {upstream.Name}: it is a name in lower case");
        }
    }

    private static void Once(IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>();
        foreach (var name in names.Where(name => !seen.Add(name)))
        {
            throw Wrong($"{what} {Slug.Quote(name)} is there twice");
        }
    }

    private static CreelException Wrong(string message) => new(Fault.Invalid("orders", message));
}
