namespace Creel.Core.Policy;

/// <summary>
/// Which host uids the cells of one Creel are given. Two Creels on one machine must never share one: a cell of the one could
/// then read and kill what a cell of the other has.
/// </summary>
public static class UidRanges
{
    /// <summary>Far above what a system gives to people and services.</summary>
    public const int First = 720_000;

    /// <summary>For the cells of one Creel, and its proxy.</summary>
    public const int Size = 10_000;

    /// <summary>As many as one Creel may have cells.</summary>
    public const int Cells = Size - 1;

    /// <summary>How many Creels there may be on one machine.</summary>
    public const int Most = 100;

    /// <summary>Whom the proxy becomes: the last of the range.</summary>
    /// <param name="first">The first uid of the range.</param>
    public static int Proxy(int first) => first + Cells;

    /// <returns>
    /// The first uid of this home's range: the one that it has, else one that nobody ever had, else one of a home that is gone.
    /// Null: all are taken.
    /// </returns>
    public static int? Choose(IReadOnlyList<UidClaim> claims, string home, IReadOnlyList<UidSpan> elsewhere)
    {
        if (claims.FirstOrDefault(claim => claim.Home == home) is { } own)
        {
            return own.First;
        }

        var free = Enumerable
            .Range(0, Most)
            .Select(slot => First + (slot * Size))
            .Where(first => !elsewhere.Any(span => span.Overlaps(first)));
        return Earliest(free.Except(claims.Select(claim => claim.First)))
            ?? Earliest(free.Except(claims.Where(claim => !claim.Gone).Select(claim => claim.First)));
    }

    private static int? Earliest(IEnumerable<int> firsts) => firsts.Select(first => (int?)first).FirstOrDefault();
}

/// <summary>A range that a Creel has.</summary>
/// <param name="Home">Its CREEL_HOME, without links.</param>
/// <param name="Gone">It was deleted. One that only can't be seen at the moment is not gone.</param>
public sealed record UidClaim(int First, string Home, bool Gone);

/// <summary>Uids that somebody else hands out, as in <c>/etc/subuid</c>.</summary>
public sealed record UidSpan(string Owner, long First, long Count)
{
    public bool Overlaps(int first) => First < first + UidRanges.Size && first < First + Count;
}
