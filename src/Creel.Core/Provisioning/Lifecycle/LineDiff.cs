namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>From one text to another, line by line, for a person: <c>-</c> what goes, <c>+</c> what comes, and a little around it.</summary>
public static class LineDiff
{
    private const int Around = 2;
    private const char Gap = '…';

    /// <summary>Lines of each text that are compared: beyond, the work grows with their product.</summary>
    private const int Most = 2000;

    /// <summary>Lines that are shown, and their UTF-16 code units, of one and of all.</summary>
    private const int MostShown = 400;
    private const int LongestLine = 300;
    private const int MostText = 64 * 1024;

    /// <param name="secrets">What opens the gateway: neither that nor any agent's token is shown.</param>
    /// <returns>Short enough for a person, whatever the texts are; each line is one line, and all of it is seen.</returns>
    public static IReadOnlyList<string> Of(string from, string to, IReadOnlyList<string> secrets)
    {
        var (there, here) = (Count(from), Count(to));
        if (there > Most || here > Most)
        {
            return [$"({there} lines there, {here} lines here: too many to show)"];
        }

        var (shown, room) = (new List<string>(), MostText);
        var near = Near([.. Walk(Lines(from), Lines(to))]);
        foreach (var (i, line) in near.Index())
        {
            // Secrets go before a line is cut: a part of one is one too.
            var text = line.Sign == Gap ? "…" : line.Sign + SecretText.Visible(line.Text, secrets, LongestLine);
            room -= text.Length;
            if (room < 0 || shown.Count == MostShown)
            {
                shown.Add($"(and {near.Count - i} lines more)");
                break;
            }

            shown.Add(text);
        }

        return shown;
    }

    /// <summary>Those that go or come, with a little around them, and a sign of a gap between.</summary>
    private static List<(char Sign, string Text)> Near(IReadOnlyList<(char Sign, string Text)> lines)
    {
        var near = new bool[lines.Count];
        foreach (var (i, _) in lines.Index().Where(l => l.Item.Sign != ' '))
        {
            for (var k = Math.Max(0, i - Around); k <= Math.Min(lines.Count - 1, i + Around); k++)
            {
                near[k] = true;
            }
        }

        var all = new List<(char Sign, string Text)>();
        var last = Array.LastIndexOf(near, true);
        for (var i = 0; i <= last; i++)
        {
            if (near[i])
            {
                all.Add(lines[i]);
            }
            else if (i > 0 && near[i - 1])
            {
                all.Add((Gap, ""));
            }
        }

        return all;
    }

    private static int Count(string text) => text.Length == 0 ? 0 : text.AsSpan().TrimEnd('\n').Count('\n') + 1;

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
