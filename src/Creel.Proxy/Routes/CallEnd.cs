using Creel.Core.Budgets;

namespace Creel.Proxy.Routes;

/// <summary>How a call ended.</summary>
/// <param name="Status">The upstream's; 0: it gave none.</param>
/// <param name="Received">Bytes of the answer's body.</param>
internal readonly record struct CallEnd(CallOutcome Outcome, int Status, long Received);
