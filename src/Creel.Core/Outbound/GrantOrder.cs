using Creel.Core.Budgets;

namespace Creel.Core.Outbound;

/// <summary>One more allowance, for the windows that are open now.</summary>
/// <param name="Group">Null: the habitat's.</param>
/// <param name="Per">The window of the budget that is meant; null: all that it has.</param>
public sealed record GrantOrder(GroupId? Group, Money Amount, string? Per = null);

/// <summary>The budgets that it went to, as they stand now.</summary>
public sealed record GrantAnswer(IReadOnlyList<BudgetLine> Budgets);
