using Creel.Core.Budgets;
using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>On which terms a cell may call an upstream.</summary>
/// <param name="Upstream">Whose prices count.</param>
internal sealed record CallTerms(string Upstream)
{
    /// <summary>The habitat's prices, on top of the snapshot's.</summary>
    public PriceList Prices { get; init; } = PriceList.Snapshot;

    /// <summary>Set into a request that has no limit of its own. Null: the model's own limit is what it may cost.</summary>
    public int? DefaultMaxTokens { get; init; }

    /// <summary>
    /// What a call may cost on top of its tokens when it uses a feature whose cost has no bound of its own, by the feature's name
    /// as the refusal says it. What is not here is refused.
    /// </summary>
    public IReadOnlyDictionary<string, Money> Bounds { get; init; } = new Dictionary<string, Money>();

    /// <summary>The price of models that have none. Null: their calls are refused.</summary>
    public ModelPrice? Otherwise { get; init; }

    /// <summary>Calls of models without a price go through, counted as free of charge. Only for upstreams that are.</summary>
    public bool Unpriced { get; init; }
}
