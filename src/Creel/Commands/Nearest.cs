namespace Creel.Commands;

/// <summary>What somebody probably meant to type.</summary>
internal static class Nearest
{
    /// <summary>The candidate within two edits (one, for words of up to three letters) of <paramref name="word"/>; null if none is.</summary>
    public static string? To(string word, IEnumerable<string> candidates)
    {
        var allowed = word.TrimStart('-').Length <= 3 ? 1 : 2;
        return word.Length > 64 || word is ['-', _]
            ? null
            : candidates
                .Select(candidate => (candidate, edits: Edits(word.ToLowerInvariant(), candidate)))
                .Where(pair =>
                    pair.edits <= allowed || (word.Length >= 3 && pair.candidate.StartsWith(word, StringComparison.Ordinal))
                )
                .OrderBy(pair => pair.edits)
                .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
                .Select(pair => pair.candidate)
                .FirstOrDefault();
    }

    /// <summary>Insertions, removals, replacements and swaps of neighbours.</summary>
    public static int Edits(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                        rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                    ),
                };
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
