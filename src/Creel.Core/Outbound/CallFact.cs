namespace Creel.Core.Outbound;

/// <summary>A call that went to an upstream, without its content.</summary>
/// <param name="Id">Of the call in the book, for <c>creel spend explain</c>.</param>
/// <param name="Status">The upstream's; 0: it gave none.</param>
/// <param name="Outcome"><c>done</c>, <c>aborted</c> by the client, <c>broken</c> by the upstream, <c>timed-out</c>, or <c>refused</c>.</param>
/// <param name="Sent">Bytes of the body.</param>
/// <param name="Received">Bytes of the answer's body.</param>
public sealed record CallFact(
    string Id,
    DateTimeOffset At,
    CellId Cell,
    GroupId Group,
    string? Agent,
    string Upstream,
    string Method,
    string Path,
    string? Model,
    int Status,
    string Outcome,
    long Sent,
    long Received,
    double Seconds
)
{
    /// <summary>The proxy answered it itself; else null.</summary>
    public bool? Offline { get; init; }
}
