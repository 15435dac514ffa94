using System.Text;
using Spectre.Console;

namespace Creel.Terminal;

/// <summary>Shares the width of a table out among its columns, and breaks text into what a column can hold.</summary>
internal static class ColumnWidths
{
    /// <summary>No column gets narrower, even if the table then is too wide.</summary>
    private const int Least = 4;

    /// <summary>So far a terminal goes on at most.</summary>
    private const int Tab = 8;

    /// <summary>Columns give way between their words while they can, and only then within them.</summary>
    public static int[] Fit(IReadOnlyList<string[]> rows, int gap, int columns)
    {
        var widths = Widest(rows, cell => cell.GetCellWidth());
        var room = columns - ((widths.Length - 1) * gap);
        Narrow(rows, widths, Widest(rows, cell => cell.Split(' ').Max(word => word.GetCellWidth())), room);
        Narrow(rows, widths, [.. widths.Select(_ => Least)], room);
        return widths;
    }

    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        if (text.GetCellWidth() <= width)
        {
            return [text];
        }

        var lines = new List<string>();
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in text.Split(' '))
        {
            var wide = word.GetCellWidth();
            if (used > 0 && used + 1 + wide <= width)
            {
                line.Append(' ').Append(word);
                used += 1 + wide;
                continue;
            }

            if (used > 0)
            {
                Break();
            }

            foreach (var rune in word.EnumerateRunes())
            {
                var one = rune.ToString().GetCellWidth();
                if (used > 0 && used + one > width)
                {
                    Break();
                }

                line.Append(rune);
                used += one;
            }
        }

        Break();
        return lines;

        void Break()
        {
            lines.Add(line.ToString());
            line.Clear();
            used = 0;
        }
    }

    /// <summary>Wherever it is full, so that not even a blank is lost; what goes on is set in by one.</summary>
    public static IEnumerable<string> Cut(string text, int width)
    {
        var (line, used) = (new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var one = rune.Value == '\t' ? Tab : rune.ToString().GetCellWidth();
            if (used > 1 && used + one > width)
            {
                yield return line.ToString();
                line.Clear().Append(' ');
                used = 1;
            }

            line.Append(rune);
            used += one;
        }

        yield return line.ToString();
    }

    private static int[] Widest(IReadOnlyList<string[]> rows, Func<string, int> of) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => of(row[i])))];

    /// <summary>Each step takes one character from where that folds the fewest rows that are not folded so far already.</summary>
    private static void Narrow(IReadOnlyList<string[]> rows, int[] widths, int[] floors, int room)
    {
        while (widths.Sum() > room)
        {
            var yielding = Enumerable.Range(0, widths.Length).Where(i => widths[i] > floors[i]).ToList();
            if (yielding.Count == 0)
            {
                return;
            }

            var heights = rows.Select(row => row.Select((cell, i) => Wrap(cell, widths[i]).Count).Max()).ToArray();
            widths[yielding.MinBy(i => (rows.Select((row, at) => More(row[i], widths[i] - 1, heights[at])).Sum(), -widths[i]))]--;
        }
    }

    private static int More(string cell, int width, int height) => Math.Max(0, Wrap(cell, width).Count - height);
}
