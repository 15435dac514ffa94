using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Creel.Core.Budgets;
using Creel.Core.Outbound;

namespace Creel.Proxy.Prices;

/// <summary>What calls cost by the orders that stand: the snapshot's prices, and what the habitat says on top.</summary>
internal sealed class Tariff
{
    private static readonly IReadOnlyDictionary<string, Money> None = new Dictionary<string, Money>();
    private readonly FrozenDictionary<string, IReadOnlyDictionary<string, Money>> bounds;

    private Tariff(PriceList prices, ModelPrice? unpriced, IReadOnlyList<BoundModel> bounds)
    {
        (Prices, Unpriced) = (prices, unpriced);
        this.bounds = bounds
            .GroupBy(b => b.Upstream)
            .ToFrozenDictionary(
                same => same.Key,
                IReadOnlyDictionary<string, Money> (same) => same.ToDictionary(b => b.Feature, b => Money.Dollars(b.Usd))
            );
    }

    /// <summary>Where nobody said anything.</summary>
    public static Tariff Usual { get; } = new(PriceList.Snapshot, null, []);

    public PriceList Prices { get; }

    /// <summary>Of models that have none.</summary>
    public ModelPrice? Unpriced { get; }

    public static Tariff Of(ProxyOrders orders)
    {
        if (orders is { Prices.Count: 0, Bounds.Count: 0, Unpriced: null })
        {
            return Usual;
        }

        var version = Version(orders);
        var list = orders.Prices.Count == 0 ? PriceList.Snapshot : PriceList.Snapshot.With(version, orders.Prices);
        var rest = orders.Unpriced is { } rates
            ? new ModelPrice("*", ["*"], RateCard.Of(rates), null, null, null, null, null, version)
            : null;
        return new Tariff(list, rest, orders.Bounds);
    }

    /// <summary>What features without a bound may cost a call of this upstream, by their names.</summary>
    public IReadOnlyDictionary<string, Money> BoundsOf(string upstream) => bounds.GetValueOrDefault(upstream, None);

    /// <summary>For whoever asks.</summary>
    /// <param name="missing">Models that were asked for and had no price.</param>
    public PriceReport Report(ProxyOrders orders, IReadOnlyList<UnpricedModel> missing)
    {
        var free = orders.Upstreams.Where(u => u.Local).Select(u => u.Name).ToList();
        var report = new PriceReport(
            Prices.Version,
            Prices.Sources,
            [.. Prices.Models.Select(Line)],
            Unpriced is null ? null : Line(Unpriced.Rates),
            free,
            []
        );
        return report with { Missing = [.. missing.Where(m => !report.Knows(m.Upstream, m.Model))] };
    }

    private static PriceLine Line(ModelPrice price) =>
        new(
            price.Upstream,
            price.Names,
            Line(price.Rates),
            price.LongAbove,
            price.Long is { } tier ? Line(tier) : null,
            price.Context,
            price.MaxOutput,
            price.Version
        );

    private static RateLine Line(RateCard card) =>
        new(
            new Money(card.Input.NanosPerMillion),
            new Money(card.Output.NanosPerMillion),
            new Money(card.CacheRead.NanosPerMillion),
            new Money(card.CacheWrite5m.NanosPerMillion),
            new Money(card.CacheWrite1h.NanosPerMillion)
        );

    /// <summary>The same for the same prices.</summary>
    private static string Version(ProxyOrders orders)
    {
        var said = new ProxyOrders
        {
            Habitat = "",
            Upstreams = [],
            Prices = orders.Prices,
            Unpriced = orders.Unpriced,
        };
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(said, OutboundJson.Default.ProxyOrders));
        return $"habitat.{Convert.ToHexStringLower(hash.AsSpan(0, 4))}";
    }
}
