using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>Some calls in the order in which they were written down: of one group, that in which they ended.</summary>
/// <param name="Next">The number of the last one: what comes after it comes next.</param>
internal sealed record CallPage(IReadOnlyList<CallRecord> Calls, long Next);
