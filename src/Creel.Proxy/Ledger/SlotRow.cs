using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>A slot of a budget, as it is on disk.</summary>
/// <param name="Spent">Settled for certain.</param>
/// <param name="Drawn">
/// What may have been spent at most: never less than what is spent and reserved in memory. Whoever finds it after a crash
/// counts all of it.
/// </param>
internal sealed record SlotRow(PurseId Purse, Window Window, Period Period, Money Spent, Money Drawn, Money Granted, Money Lost);
