namespace Creel.Core.Budgets;

/// <summary>May this much be spent?</summary>
public abstract record BudgetDecision
{
    private BudgetDecision() { }

    public sealed record Granted(Reservation Reservation) : BudgetDecision;

    public sealed record Refused(BudgetRefusal Why) : BudgetDecision;
}

/// <summary>Why a call was not let through, in figures.</summary>
/// <param name="Cap">With what was granted on top.</param>
/// <param name="Asked">The most that the call could have cost.</param>
/// <param name="ResetsAt">When something comes free without anybody's doing; null is never.</param>
public sealed record BudgetRefusal(
    PurseId Purse,
    Budget Budget,
    Money Cap,
    Money Spent,
    Money Reserved,
    Money Asked,
    DateTimeOffset? ResetsAt
)
{
    public override string ToString()
    {
        var reset = ResetsAt is { } at ? $"it resets at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "it never resets";
        return $"the budget of {Purse} ({Budget}) has no room for this call, which may cost up to {Asked}: "
            + $"cap {Cap}, spent {Spent}, reserved {Reserved}; {reset}";
    }
}

/// <summary>How a budget stands at a moment.</summary>
/// <param name="Cap">With what was granted on top.</param>
/// <param name="Lost">Of what is spent: what was counted after a crash although nobody knows whether it was.</param>
public sealed record BudgetState(
    PurseId Purse,
    Budget Budget,
    Money Cap,
    Money Spent,
    Money Reserved,
    Money Lost,
    DateTimeOffset Since,
    DateTimeOffset? ResetsAt
)
{
    /// <summary>So much is spent that somebody should know.</summary>
    public bool IsWarned => Spent > Money.Zero && Spent.Nanos >= (double)Cap.Nanos * Budget.Warn;
}
