using System.Text.Json.Serialization;

namespace Creel.Core.Budgets;

/// <summary>How a call ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallOutcome>))]
public enum CallOutcome
{
    /// <summary>The answer came to its end.</summary>
    Completed,

    /// <summary>The client went away.</summary>
    Aborted,

    /// <summary>The upstream went away, or did not go on.</summary>
    Failed,

    /// <summary>Nothing moved for too long.</summary>
    TimedOut,

    /// <summary>Nothing was sent upstream.</summary>
    NotSent,

    /// <summary>The proxy did not let it through.</summary>
    Refused,
}

/// <summary>What a call's charge rests on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChargeBasis>))]
public enum ChargeBasis
{
    /// <summary>What the provider counted.</summary>
    Usage,

    /// <summary>All that was reserved, since nobody knows what the provider counted.</summary>
    Reservation,

    /// <summary>Such calls cost nothing, or this one was not sent, or the provider refused it.</summary>
    Nothing,
}

/// <summary>One call, as the book keeps it. Nothing of what was said in it.</summary>
/// <param name="Id">16 hexadecimal digits; they sort by time.</param>
/// <param name="Agent">As the caller names itself within its group: attribution, no proof.</param>
/// <param name="Status">Of the answer; null where there was none.</param>
/// <param name="Rule">Which rule refused it.</param>
/// <param name="InputBound">The most tokens that the prompt could have had.</param>
/// <param name="OutputBound">The most tokens that the answer could have had.</param>
/// <param name="Extra">The bounds of features that have none of their own.</param>
/// <param name="Prices">The version of the price list.</param>
/// <param name="Tier">By which rates it was charged, where the model has several: <c>long</c>; null: the usual ones.</param>
/// <param name="Purses">Where <paramref name="Reserved"/> was put aside: <c>group bart, day</c>.</param>
/// <param name="Added">What the proxy put into the request, as JSON.</param>
/// <param name="Why">What the caller was told, where it was refused.</param>
public sealed record CallRecord(
    string Id,
    DateTimeOffset At,
    string Cell,
    string Group,
    string? Agent,
    string Upstream,
    string Endpoint,
    string? Model,
    CallOutcome Outcome,
    int? Status,
    string? Rule,
    ChargeBasis Basis,
    Money Reserved,
    Money Settled,
    long InputBound,
    long OutputBound,
    Money Extra,
    IReadOnlyList<CallCharge> Charges,
    string? Prices,
    string? Tier = null,
    IReadOnlyList<string>? Purses = null,
    IReadOnlyList<string>? Added = null,
    string? Why = null
)
{
    public CallRecord Refused(string rule, int status, string why) =>
        this with
        {
            Why = why,
            Outcome = CallOutcome.Refused,
            Rule = rule,
            Status = status,
            Basis = ChargeBasis.Nothing,
            Settled = Money.Zero,
        };
}

/// <summary>One kind of token of a call, and what it cost: tokens × rate, rounded up to the nano-dollar.</summary>
/// <param name="Kind"><c>input</c>, <c>output</c>, <c>cache read</c>, <c>cache write 5m</c>, <c>cache write 1h</c>.</param>
/// <param name="PerMillion">Of such tokens.</param>
public sealed record CallCharge(string Kind, long Tokens, Money PerMillion, Money Amount);
