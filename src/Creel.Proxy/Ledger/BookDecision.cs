using Creel.Core;
using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>May this much be spent, and does the disk know of it?</summary>
internal abstract record BookDecision
{
    private BookDecision() { }

    public sealed record Granted(Reservation Reservation) : BookDecision;

    public sealed record Refused(BudgetRefusal Why) : BookDecision;

    /// <summary>The book can't be written.</summary>
    public sealed record Unavailable(Fault Why) : BookDecision;
}
