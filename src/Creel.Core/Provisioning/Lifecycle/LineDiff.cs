namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>From one text to another, line by line, for a person: <c>-</c> what goes, <c>+</c> what comes, and a little around it.</summary>
public static class LineDiff
{
    private const int Around = 2;

    /// <summary>Lines of each text that are compared: beyond, the work grows with their product.</summary>
    private const int Most = 2000;

    private const int LongestShown = 400;

    public static IReadOnlyList<string> Of(string from, string to)
    {
        var (old, now) = (Lines(from), Lines(to));
        if (old.Length > Most || now.Length > Most)
        {
            return [$"({old.Length} lines there, {now.Length} lines here: too many to show)"];
        }

        var lines = Walk(old, now).ToList();
        var near = new bool[lines.Count];
        foreach (var (i, _) in lines.Index().Where(l => l.Item.Sign != ' '))
        {
            for (var k = Math.Max(0, i - Around); k <= Math.Min(lines.Count - 1, i + Around); k++)
            {
                near[k] = true;
            }
        }

        var shown = new List<string>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (near[i])
            {
                shown.Add($"{lines[i].Sign}{lines[i].Text}");
            }
            else if (i > 0 && near[i - 1] && lines.Skip(i).Any(l => l.Sign != ' '))
            {
                shown.Add("…");
            }
        }

        return shown.Count <= LongestShown
            ? shown
            : [.. shown.Take(LongestShown), $"(and {shown.Count - LongestShown} lines more)"];
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    private static IEnumerable<(char Sign, string Text)> Walk(string[] old, string[] now)
    {
        var same = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var k = now.Length - 1; k >= 0; k--)
            {
                same[i, k] = old[i] == now[k] ? same[i + 1, k + 1] + 1 : Math.Max(same[i + 1, k], same[i, k + 1]);
            }
        }

        var (at, to) = (0, 0);
        while (at < old.Length || to < now.Length)
        {
            if (at < old.Length && to < now.Length && old[at] == now[to])
            {
                yield return (' ', old[at++]);
                to++;
            }
            else if (to == now.Length || (at < old.Length && same[at + 1, to] >= same[at, to + 1]))
            {
                yield return ('-', old[at++]);
            }
            else
            {
                yield return ('+', now[to++]);
            }
        }
    }
}
