namespace Creel.Core.Outbound;

/// <summary>Something that a cell wanted and did not get.</summary>
/// <param name="Kind"><c>connect</c>, <c>http</c> or <c>call</c>.</param>
/// <param name="Host">As the cell named it, or the upstream's name.</param>
/// <param name="Rule">Which rule refused it, as a code: <c>not-allowed</c>, <c>private-address</c>, <c>server-name</c>, …</param>
/// <param name="Call">Its id in the book, where it is a call that was read and refused there.</param>
/// <param name="Agent">As the call labelled itself, where the cell has an agent of that name.</param>
/// <param name="Why">The sentence that the cell was told, or would have been; null: there is none beside the rule.</param>
public sealed record Denial(
    DateTimeOffset At,
    CellId Cell,
    GroupId Group,
    string Kind,
    string Host,
    int Port,
    string Rule,
    string? Method = null,
    string? Path = null,
    string? Agent = null,
    string? Call = null,
    string? Why = null
);
