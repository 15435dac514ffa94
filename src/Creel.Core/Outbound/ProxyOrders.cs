using Creel.Core.Habitats;

namespace Creel.Core.Outbound;

/// <summary>
/// All that the proxy is told, as one value that replaces what it was told before: which cells there are and what each may do
/// outside. No secret is in it.
/// </summary>
public sealed record ProxyOrders
{
    public const long UsualBodyLimit = 34 * 1024 * 1024;
    public const int UsualReadTimeout = 900;

    /// <summary>What this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Before anybody has given any: no cell, so nobody is let through.</summary>
    public static readonly ProxyOrders None = new() { Habitat = "" };

    public int Version { get; init; } = CurrentVersion;

    public required string Habitat { get; init; }

    public IReadOnlyList<CellOrders> Cells { get; init; } = [];

    /// <summary>Where calls may go; see <see cref="BuiltInUpstreams"/>.</summary>
    public IReadOnlyList<UpstreamModel> Upstreams { get; init; } = BuiltInUpstreams.All;

    /// <summary>What all cells together may spend.</summary>
    public IReadOnlyList<BudgetModel> Budgets { get; init; } = [];

    /// <summary>On top of the prices that come with the proxy.</summary>
    public IReadOnlyList<PriceModel> Prices
    {
        // Orders of an older version have none; nor the bounds below.
        get => field ?? [];
        init;
    }

    /// <summary>Features whose cost has no bound of its own, and what they may cost; others are refused.</summary>
    public IReadOnlyList<BoundModel> Bounds
    {
        get => field ?? [];
        init;
    }

    /// <summary>The price of models that have none; null: their calls are refused. Not for local upstreams, which are free.</summary>
    public RateModel? Unpriced { get; init; }

    /// <summary>Calls that ignore the base URL are taken over; otherwise they are refused.</summary>
    public bool Intercept { get; init; } = true;

    /// <summary>Calls to providers are answered by the proxy itself, so that no model is asked and no key needed; null: they go out.</summary>
    public OfflineScript? Offline { get; init; }

    /// <summary>Where programs in no cell may call, with their group's token; null: nowhere.</summary>
    public CompatibilityPort? Compatibility { get; init; }

    /// <summary>Bytes of a request's body, at most.</summary>
    public long BodyLimit { get; init; } = UsualBodyLimit;

    /// <summary>Seconds without a byte of an answer, or of its being taken, after which a call ends.</summary>
    public int ReadTimeout { get; init; } = UsualReadTimeout;
}
