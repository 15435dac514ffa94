namespace Creel.Commands.Views;

/// <summary>A line of <c>POST /verify</c>: a cell, an attempt, or the end.</summary>
internal sealed record TrialView(
    string? Event,
    string? Group,
    string? Id,
    string? What,
    bool Claimed,
    bool? Held,
    bool Fails,
    string? Evidence,
    string? Driver,
    string? Level,
    string? Network,
    string? OciRuntime,
    string? Note,
    string? Why,
    bool Ok,
    int Cells,
    TrialSum? Sum
);

/// <summary>Of all rows together.</summary>
internal sealed record TrialSum(int Held, int Failed, int Untried, int Unclaimed);
