namespace Creel.Core.Budgets;

/// <summary>A model that was asked for although it has no price.</summary>
public sealed record UnpricedModel(string Upstream, string Model, int Calls);

/// <summary>What was spent in an hour by one agent on one model. Sums are kept when the calls themselves are forgotten.</summary>
/// <param name="Hour">Its beginning, in UTC.</param>
/// <param name="Agent">Empty where the caller did not say.</param>
public sealed record SpendSum(
    DateTimeOffset Hour,
    string Group,
    string Agent,
    string Upstream,
    string Model,
    long Calls,
    long Refused,
    Money Settled,
    long Input,
    long Output,
    long CacheRead,
    long CacheWrite
);
