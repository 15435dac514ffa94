using Creel.Core.Isolation;

namespace Creel.Core.Policy;

/// <summary>What each cell claims to hold: the one table that <c>creel verify</c>, plans and the documents read.</summary>
public static class Claims
{
    /// <summary>Every attempt, family by family.</summary>
    public static IReadOnlyList<Attempt> Attempts { get; } =
    [
        .. ClaimsOnNeighbours.Attempts,
        .. ClaimsOnHost.Attempts,
        .. ClaimsOnPrivilege.Attempts,
        .. ClaimsOnNetwork.Attempts,
        .. ClaimsOnOutbound.Attempts,
        .. ClaimsOnNames.Attempts,
        .. ClaimsOnResources.Attempts,
    ];

    /// <summary>The cell claims that this attempt is held in it.</summary>
    public static bool Claimed(Attempt attempt, ClaimedCell cell) => attempt.Grounds.Any(ClaimGrounds.Of(cell).Contains);

    /// <summary>Something of it leaves the machine where nothing holds it.</summary>
    public static bool Leaves(Attempt attempt) => ClaimsOnNetwork.Leaving.Contains(attempt.Id);

    /// <summary>Why an attempt is not made in a cell, or null where it is.</summary>
    public static string? Spared(Attempt attempt, ClaimedCell cell) =>
        Leaves(attempt) && !Claimed(attempt, cell)
            ? "the cell is meant to reach the outside, and nobody there is asked for nothing"
        : attempt.Family != AttemptFamily.Resource ? null
        : cell.Driver == "host" ? "never at level none: nothing would stop it"
        : cell.OwnKernel && attempt.Id is ClaimsOnResources.Memory or ClaimsOnResources.Processes
            ? "it would end the whole sandbox, which is how this limit holds"
        : cell.OwnKernel && attempt.Id is ClaimsOnResources.Cpu
            ? "its own kernel counts the time, and the machine's holds the limit"
        : attempt.Grounds is [var limit] && !ClaimGrounds.Of(cell).Contains(limit) ? "the cell has no such limit here"
        : null;

    /// <summary>
    /// One sentence on what a cell does not claim, for plans; null where it claims all that any cell does. Limits that are not
    /// enforced have sentences of their own.
    /// </summary>
    public static string? Note(ClaimedCell cell)
    {
        var could = Attempts.Where(a => a.Grounds.Count > 0 && a.Family != AttemptFamily.Resource).ToList();
        var open = could.Where(a => !Claimed(a, cell)).ToList();
        return open.Count == 0 ? null
            : open.Count == could.Count ? "claims nothing: creel verify shows what holds even so"
            : $"claims {could.Count - open.Count} of {could.Count} attempts held; not: {string.Join(", ", open.GroupBy(a => a.Family).Select(g => $"{g.Count()} {Word(g.Key)}"))}";
    }

    /// <summary>The word in JSON and on screen.</summary>
    public static string Word(AttemptFamily family) => family.ToString().ToLowerInvariant();
}
