using Creel.Core.Outbound;

namespace Creel.Proxy.Routes;

/// <summary>A call before it is made.</summary>
/// <param name="Agent">As its label says, where the cell has that agent.</param>
/// <param name="Offline">What answers it; null: the upstream.</param>
/// <param name="Path">Below the upstream's base, without a query.</param>
internal sealed record ModelCall(
    Guid Id,
    DateTimeOffset At,
    CellOrders Cell,
    string? Agent,
    UpstreamModel Upstream,
    string Method,
    string Path,
    string Query,
    string? Model,
    OfflineScript? Offline = null
);
