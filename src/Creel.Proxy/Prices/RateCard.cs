using Creel.Core.Outbound;

namespace Creel.Proxy.Prices;

/// <summary>What each kind of token costs.</summary>
internal sealed record RateCard(Rate Input, Rate Output, Rate CacheRead, Rate CacheWrite5m, Rate CacheWrite1h)
{
    /// <summary>
    /// Where a price list is silent: reading from a cache costs what input costs, and writing into it what Anthropic adds, a
    /// quarter more for five minutes and twice as much for an hour. Never less than it can be.
    /// </summary>
    public static RateCard Of(Rate input, Rate output, Rate? cacheRead, Rate? cacheWrite5m, Rate? cacheWrite1h) =>
        new(input, output, cacheRead ?? input, cacheWrite5m ?? input.Times(5, 4), cacheWrite1h ?? input.Times(2, 1));

    public static RateCard Of(RateModel said) =>
        Of(
            Rate.Dollars(said.Input),
            Rate.Dollars(said.Output),
            said.CacheRead is { } read ? Rate.Dollars(read) : null,
            said.CacheWrite5m is { } five ? Rate.Dollars(five) : null,
            said.CacheWrite1h is { } hour ? Rate.Dollars(hour) : null
        );

    /// <summary>Of each kind the dearer one.</summary>
    public RateCard Or(RateCard other) =>
        new(
            Rate.Max(Input, other.Input),
            Rate.Max(Output, other.Output),
            Rate.Max(CacheRead, other.CacheRead),
            Rate.Max(CacheWrite5m, other.CacheWrite5m),
            Rate.Max(CacheWrite1h, other.CacheWrite1h)
        );
}
