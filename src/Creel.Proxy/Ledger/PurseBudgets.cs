using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>The budgets of one purse.</summary>
internal sealed record PurseBudgets(PurseId Purse, IReadOnlyList<Budget> Budgets);
