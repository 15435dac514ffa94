namespace Creel.Core.Outbound;

/// <summary>What a model costs, as a habitat says it, on top of the prices that come with the proxy.</summary>
/// <param name="Model">Its name, word for word; <c>*</c> for all others of the upstream.</param>
/// <param name="Long">The rates of prompts of more than <paramref name="Above"/> tokens.</param>
/// <param name="Context">The most tokens that a prompt can have.</param>
/// <param name="MaxOutput">The most tokens that an answer can have.</param>
/// <param name="ImageTokens">The most tokens that one image counts as.</param>
public sealed record PriceModel(
    string Upstream,
    string Model,
    RateModel Rates,
    long? Above = null,
    RateModel? Long = null,
    long? Context = null,
    long? MaxOutput = null,
    long? ImageTokens = null
);

/// <summary>US dollars for a million tokens. What is left out is never less than it can be.</summary>
public sealed record RateModel(
    decimal Input,
    decimal Output,
    decimal? CacheRead = null,
    decimal? CacheWrite5m = null,
    decimal? CacheWrite1h = null
)
{
    /// <summary>Each is below this.</summary>
    public const int Most = 1_000_000;
}

/// <summary>The most that a feature can cost a call, whose cost has no bound of its own.</summary>
/// <param name="Feature">As the refusal names it, such as <c>tool:web_search</c>.</param>
public sealed record BoundModel(string Upstream, string Feature, decimal Usd);
