using System.Text.Json;
using Creel.Core.Budgets;

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

        foreach (var rule in orders.Offline?.Rules ?? [])
        {
            Check(rule);
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

        CheckMoney(orders);
    }

    /// <summary>What the proxy could not reckon with.</summary>
    private static void CheckMoney(ProxyOrders orders)
    {
        foreach (var budget in orders.Budgets.Concat(orders.Cells.SelectMany(c => c.Budgets)))
        {
            _ = budget.Budget();
        }

        Once(orders.Prices.Select(p => $"{p.Upstream}/{p.Model}"), "the price of");
        Once(orders.Bounds.Select(b => $"{b.Upstream} {b.Feature}"), "the bound of");
        if (orders.Prices.SelectMany(p => new[] { p.Rates, p.Long }).Append(orders.Unpriced).Any(r => r is not null && !Fits(r)))
        {
            throw Wrong($"a rate is below zero, or {RateModel.Most} dollars a million tokens or more");
        }

        if (
            orders.Prices.Any(p => p is { Context: <= 0 } or { MaxOutput: <= 0 } or { ImageTokens: <= 0 } or { Above: <= 0 })
            || orders.Cells.Any(c => c.MaxTokens <= 0)
            || orders.Bounds.Any(b => b.Usd < 0 || !IsMoney(b.Usd))
        )
        {
            throw Wrong("a number of tokens, or a bound, is below what it can be");
        }
    }

    private static bool Fits(RateModel rates) =>
        new[] { rates.Input, rates.Output, rates.CacheRead, rates.CacheWrite5m, rates.CacheWrite1h }.All(rate =>
            rate is null or (>= 0 and < RateModel.Most) && (rate is null || IsMoney(rate.Value))
        );

    private static bool IsMoney(decimal usd) => Money.TryDollars(usd, out _);

    /// <summary>What JSON leaves out is null after reading, whatever the type says.</summary>
    private static bool IsIncomplete(ProxyOrders orders) =>
        orders is { Cells: null } or { Upstreams: null } or { Budgets: null }
        || orders.Cells.Any(c =>
            c is null or { Agents: null } or { Models: null } or { Limits: null } or { Egress: null } or { Budgets: null }
        )
        || orders.Upstreams.Any(u => u is null or { Calls: null })
        || orders.Prices.Any(p => p is null or { Rates: null } or { Upstream: null } or { Model: null })
        || orders.Bounds.Any(b => b is null or { Upstream: null } or { Feature: null });

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

    private static void Check(OfflineRule? rule)
    {
        if (
            rule is null or { Error: < 400 or > 599 } or { RetryAfter: < 0 } or { Delay: < 0 } or { Cut: < 0 } or { Times: < 1 }
            || rule.Tools.Any(tool => tool is null or { Name: null } || !IsObject(tool.Input))
        )
        {
            throw Wrong(
                "a rule of the offline stand-in has a number out of reach, or a tool without a name and a JSON object as its input"
            );
        }
    }

    private static bool IsObject(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "");
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
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
