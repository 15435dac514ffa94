namespace Creel.Core;

/// <summary>"Did you mean": the word that was probably meant.</summary>
internal static class Spelling
{
    private const int MaxDistance = 2;
    private const int MaxCandidates = 1_000;

    /// <summary>The closest candidate: the same but for case, or at most two edits away; null where none is close.</summary>
    public static string? Closest(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > 40)
        {
            return null;
        }

        var (best, distance) = ((string?)null, Math.Min(MaxDistance + 1, word.Length));
        foreach (var candidate in candidates.Take(MaxCandidates))
        {
            var here =
                word.Equals(candidate, StringComparison.OrdinalIgnoreCase) ? 0
                : IsSwap(word.ToLowerInvariant(), candidate.ToLowerInvariant()) ? 1
                : Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (here < distance)
            {
                (best, distance) = (candidate, here);
            }
        }

        return best;
    }

    /// <summary><c>; did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Closest(word, candidates) is { } close ? $"; did you mean '{close}'?" : "";

    /// <summary>Two neighbours changed places: one slip of the fingers, as <c>mian</c> for <c>main</c>.</summary>
    private static bool IsSwap(string a, string b)
    {
        var at = a.Length == b.Length ? a.AsSpan().CommonPrefixLength(b) : a.Length;
        return at + 1 < a.Length && a[at] == b[at + 1] && a[at + 1] == b[at] && a.AsSpan(at + 2).SequenceEqual(b.AsSpan(at + 2));
    }

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MaxDistance)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, left) = (row[0], i);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                left = Math.Min(Math.Min(left, row[j]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], left);
            }
        }

        return row[b.Length];
    }
}
