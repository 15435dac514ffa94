namespace Creel.Core.Rendering;

/// <summary>Two texts, line by line, as a person compares them.</summary>
public static class TextDifference
{
    private const int MostLines = 2_000;

    /// <summary>The lines that went, behind '-', and that came, behind '+', each with nothing around.</summary>
    public static IEnumerable<string> Of(string before, string after)
    {
        var (old, now) = (Lines(before), Lines(after));
        if (old.Length > MostLines || now.Length > MostLines)
        {
            yield return "(too long to compare line by line)";
            yield break;
        }

        // Lengths of the longest common rest, from each pair of lines on.
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var (a, b) = (0, 0);
        while (a < old.Length || b < now.Length)
        {
            if (a < old.Length && b < now.Length && old[a] == now[b])
            {
                (a, b) = (a + 1, b + 1);
            }
            else if (b == now.Length || (a < old.Length && common[a + 1, b] >= common[a, b + 1]))
            {
                yield return $"- {old[a++]}";
            }
            else
            {
                yield return $"+ {now[b++]}";
            }
        }
    }

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}
