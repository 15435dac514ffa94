using Creel.Core.Budgets;

namespace Creel.Core.Outbound;

/// <summary>How the proxy is.</summary>
/// <param name="Since">When it started.</param>
/// <param name="Orders">The <see cref="OrdersText.Revision"/> of what it was told last.</param>
/// <param name="Cells">Whose sockets are open.</param>
/// <param name="Warnings">Budgets of which so much is spent that somebody should know, now or a moment ago.</param>
/// <param name="Closed">Cells of the orders whose socket could not be opened, each with the reason.</param>
public sealed record ProxyStatus(
    string Version,
    int ProcessId,
    DateTimeOffset Since,
    string Orders,
    IReadOnlyList<CellStatus> Cells,
    IReadOnlyList<ClosedCell> Closed,
    IReadOnlyList<KeyFact> Keys,
    IReadOnlyList<BudgetLine>? Warnings = null
)
{
    /// <summary>It answers calls to providers itself: no model is asked, and no money flows.</summary>
    public bool Offline { get; init; }

    /// <summary>Which groups have a token for the compatibility port.</summary>
    public IReadOnlyList<TokenFact> Tokens
    {
        // A proxy of an older version has none.
        get => field ?? [];
        init;
    }

    /// <summary>The compatibility port; null: it is not asked for.</summary>
    public PortStatus? Compatibility { get; init; }
}

/// <summary>That a group has a token, never which.</summary>
public sealed record TokenFact(GroupId Group, DateTimeOffset SetAt);

/// <param name="Trouble">Why nobody listens there; null: somebody does.</param>
/// <param name="Refused">Requests without a token that is known, since the proxy started.</param>
public sealed record PortStatus(string Address, int Port, string? Trouble, long Refused);

/// <param name="Calls">Under way.</param>
public sealed record CellStatus(CellId Cell, GroupId Group, int Connections, int Calls)
{
    /// <summary>Of the calls, those whose client has left and whose answer is read to its end for the book alone.</summary>
    public int ReadOn { get; init; }
}

/// <param name="Group">Null: a proxy of an older version does not say.</param>
public sealed record ClosedCell(CellId Cell, string Reason, GroupId? Group = null);

/// <summary>That there is a key, never which.</summary>
/// <param name="Group">Null: the habitat's, for all groups without one of their own.</param>
public sealed record KeyFact(string Upstream, GroupId? Group, DateTimeOffset SetAt);
