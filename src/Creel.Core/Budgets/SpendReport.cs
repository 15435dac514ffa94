using System.Text.Json.Serialization;

namespace Creel.Core.Budgets;

/// <summary>
/// What was spent, and how every budget stands. All money is in nano-dollars (1e-9 $), and every field is always there.
/// </summary>
/// <param name="Since">From when on what was spent is told: the beginning of an hour.</param>
/// <param name="Prices">The version of the price list.</param>
/// <param name="Trouble">Why nothing may be spent; null: all is well.</param>
/// <param name="Budgets">Of the habitat and of each group that has a cell; the habitat's first.</param>
/// <param name="Spent">By group, agent, upstream and model; the dearest first.</param>
/// <param name="Offline">No model is asked now, so that what is spent now is no real money.</param>
public sealed record SpendReport(
    DateTimeOffset At,
    DateTimeOffset Since,
    string Prices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Trouble,
    IReadOnlyList<BudgetLine> Budgets,
    IReadOnlyList<SpendLine> Spent,
    bool Offline = false
);

/// <summary>One budget.</summary>
/// <param name="Group">Null: the habitat's.</param>
/// <param name="Amount">Without what was granted.</param>
/// <param name="Left">Of the cap; below zero where a provider counted more than it should.</param>
/// <param name="Lost">Of what is spent: what was counted after a crash although nobody knows whether it was.</param>
/// <param name="Warned">So much is spent that somebody should know.</param>
/// <param name="ResetsAt">When something comes free; null is never.</param>
/// <param name="LastHour">What was spent in the last hour.</param>
/// <param name="HitAt">When nothing is left at this pace; null where that can't be said, or will not be before it resets.</param>
public sealed record BudgetLine(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] GroupId? Group,
    string Per,
    bool Soft,
    double Warn,
    Money Amount,
    Money Granted,
    Money Cap,
    Money Spent,
    Money Reserved,
    Money Left,
    Money Lost,
    bool Warned,
    DateTimeOffset Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ResetsAt,
    Money LastHour,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? HitAt
)
{
    public static BudgetLine Of(BudgetState state, Money lastHour, DateTimeOffset? hitAt) =>
        new(
            state.Purse.Group,
            state.Budget.Window.ToString(),
            !state.Budget.Hard,
            state.Budget.Warn,
            state.Budget.Amount,
            state.Cap - state.Budget.Amount,
            state.Cap,
            state.Spent,
            state.Reserved,
            state.Cap - state.Spent - state.Reserved,
            state.Lost,
            state.IsWarned,
            state.Since,
            state.ResetsAt,
            lastHour,
            hitAt
        );

    /// <summary>For a person: <c>group bart has spent $4.10 of $5.00 per day (82%)</c>.</summary>
    public string Warning()
    {
        var share = Cap.IsZero ? "" : $" ({(int)Math.Min(100.0 * Spent.Nanos / Cap.Nanos, 999_999)}%)";
        return $"{new PurseId(Group)} has spent {Spent} of {Words()}{share}{(Soft ? "; it is soft, so nothing is refused" : "")}";
    }

    private string Words() =>
        Window.Parse(Per).Kind switch
        {
            WindowKind.Total => $"{Cap} in all",
            WindowKind.Rolling => $"{Cap} in any {Per}",
            _ => $"{Cap} per {Per}",
        };
}

/// <summary>What one agent's calls of one model cost.</summary>
/// <param name="Agent">As the caller says; empty where it does not.</param>
public sealed record SpendLine(
    string Group,
    string Agent,
    string Upstream,
    string Model,
    long Calls,
    long Refused,
    Money Spent,
    Money LastHour,
    long Input,
    long Output,
    long CacheRead,
    long CacheWrite
);
