using System.Globalization;
using Creel.Core.Budgets;
using Creel.Core.Habitats;

namespace Creel.Commands.Spending;

/// <summary>A budget, as <c>GET /budgets</c> shows it.</summary>
/// <param name="Group">Null: the habitat's.</param>
/// <param name="Place">Where it is said.</param>
internal sealed record BudgetView(string? Group, decimal Usd, string Per, double Warn, bool Soft, string? Place)
{
    /// <param name="granted">On top of it.</param>
    public string CapWith(Money granted) => (Money.Dollars(Usd) + granted).ToString();

    public string Kind => Soft ? "soft" : "hard";

    public string WarnWords => (Warn * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    public override string ToString() =>
        $"{new BudgetModel(Usd, Per, Warn, Soft).Budget()}{(Soft ? ", soft" : "")}, warning at {WarnWords}";
}

internal sealed record BudgetsView(string? Habitat, IReadOnlyList<BudgetView>? Budgets);

/// <param name="Budgets">All that this purse has now.</param>
/// <param name="Untold">Why the proxy has not taken it yet; null: it is in force.</param>
internal sealed record BudgetChangeView(string? Group, IReadOnlyList<BudgetView>? Budgets, string? LocalFile, string? Untold);
