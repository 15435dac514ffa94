using Creel.Core.Budgets;

namespace Creel.Proxy.Prices;

/// <summary>What calls of one model cost.</summary>
/// <param name="Upstream">Whose price it is. A model of the same name elsewhere has a price of its own.</param>
/// <param name="Names">All names by which it is called, word for word; the first is its own.</param>
/// <param name="LongAbove">A prompt of more tokens than this (cached ones included) is charged by <paramref name="Long"/>, all of it.</param>
/// <param name="Context">The most tokens that a prompt can have: what is longer is refused by the provider, free of charge.</param>
/// <param name="MaxOutput">The most tokens that an answer can have.</param>
/// <param name="ImageTokens">The most tokens that one image counts as.</param>
/// <param name="Version">Of the list that it is from.</param>
internal sealed record ModelPrice(
    string Upstream,
    IReadOnlyList<string> Names,
    RateCard Rates,
    long? LongAbove,
    RateCard? Long,
    long? Context,
    long? MaxOutput,
    long? ImageTokens,
    string Version
)
{
    public string Id => Names[0];

    /// <summary>The most that a call can cost.</summary>
    /// <param name="input">The most tokens that the prompt can have.</param>
    /// <param name="output">The most tokens that all answers together can have.</param>
    /// <param name="caches">The prompt may be written into a cache, for whatever time.</param>
    public Money Worst(long input, long output, bool caches)
    {
        var rates = Long is not null && input > LongAbove ? Rates.Or(Long) : Rates;
        var dearest = Rate.Max(rates.Input, rates.CacheRead);
        if (caches)
        {
            dearest = Rate.Max(dearest, Rate.Max(rates.CacheWrite5m, rates.CacheWrite1h));
        }

        // Each kind of token is rounded up by itself when it is charged.
        return Money.Min(dearest.Of(input) + rates.Output.Of(output) + new Money(4), Money.Most);
    }

    public Charge Of(Usage usage)
    {
        var isLong = Long is not null && usage.Prompt > LongAbove;
        var rates = isLong ? Long! : Rates;
        ChargeLine[] lines =
        [
            new("input", usage.Input, rates.Input),
            new("cache read", usage.CacheRead, rates.CacheRead),
            new("cache write 5m", usage.CacheWrite5m, rates.CacheWrite5m),
            new("cache write 1h", usage.CacheWrite1h, rates.CacheWrite1h),
            new("output", usage.Output, rates.Output),
        ];
        return new Charge([.. lines.Where(line => line.Tokens > 0)], isLong);
    }
}
