namespace Creel.Core.Budgets;

/// <summary>The prices that count now, and models that were asked for and have none.</summary>
/// <param name="Version">Of the list: its day and the beginning of its hash, and the habitat's own behind a <c>+</c>.</param>
/// <param name="Unpriced">Of all other models; null: their calls are refused.</param>
/// <param name="Free">Upstreams whose models cost nothing where no price is known, since they are one's own.</param>
/// <param name="Missing">In the calls that are still kept one by one.</param>
public sealed record PriceReport(
    string Version,
    IReadOnlyList<string> Sources,
    IReadOnlyList<PriceLine> Prices,
    RateLine? Unpriced,
    IReadOnlyList<string> Free,
    IReadOnlyList<UnpricedModel> Missing
)
{
    /// <summary>Whether calls of this model can be priced.</summary>
    public bool Knows(string upstream, string model) =>
        Unpriced is not null
        || Free.Contains(upstream)
        || Prices.Any(price => price.Upstream == upstream && (price.Names.Contains(model) || price.Names.Contains("*")));
}

/// <param name="Names">By which the model is called; the first is its own.</param>
/// <param name="Above">A prompt of more tokens is charged by <paramref name="Long"/>, all of it.</param>
/// <param name="Version">Of the list that it is from.</param>
public sealed record PriceLine(
    string Upstream,
    IReadOnlyList<string> Names,
    RateLine Rates,
    long? Above,
    RateLine? Long,
    long? Context,
    long? MaxOutput,
    string Version
);

/// <summary>Nano-dollars for a million tokens.</summary>
public sealed record RateLine(Money Input, Money Output, Money CacheRead, Money CacheWrite5m, Money CacheWrite1h);
