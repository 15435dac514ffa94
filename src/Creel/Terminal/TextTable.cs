using System.Text;
using Spectre.Console;

namespace Creel.Terminal;

/// <summary>Rows under headings, aligned with spaces: easy on the eye, and on <c>awk</c>. Every cell is made plain, an empty one under a heading becomes <c>-</c>.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;

    private readonly List<string[]> rows = [];

    public int Count => rows.Count;

    /// <summary>What it takes to show every cell on one line, in characters.</summary>
    public int Width => ColumnWidths.Fit([.. rows.Prepend(headings)], Gap, int.MaxValue).Sum(width => width + Gap) - Gap;

    public IReadOnlyList<string> Headings => headings;

    public IReadOnlyList<string[]> Rows => rows;

    public void Add(params string?[] cells)
    {
        if (cells.Length != headings.Length)
        {
            throw new ArgumentException($"{cells.Length} cells under {headings.Length} headings", nameof(cells));
        }

        rows.Add([
            .. cells.Select(
                (cell, i) =>
                    PlainText.Line(cell) is { Length: > 0 } text ? text
                    : headings[i] is "" ? ""
                    : "-"
            ),
        ]);
    }

    /// <param name="columns">So wide at most: a cell that has less room than it wants goes on below, and loses nothing.</param>
    public string Text(int columns = int.MaxValue)
    {
        var widths = ColumnWidths.Fit([.. rows.Prepend(headings)], Gap, columns);
        var output = new StringBuilder();
        foreach (var row in rows.Prepend(headings))
        {
            var cells = row.Select((cell, i) => ColumnWidths.Wrap(cell, widths[i])).ToArray();
            for (var below = 0; below < cells.Max(cell => cell.Count); below++)
            {
                var line = new StringBuilder();
                for (var i = 0; i < row.Length; i++)
                {
                    var piece = cells[i].ElementAtOrDefault(below) ?? "";
                    line.Append(piece).Append(' ', widths[i] - piece.GetCellWidth() + Gap);
                }

                output.Append(line.ToString().TrimEnd()).Append('\n');
            }
        }

        return output.ToString();
    }

    /// <summary>The same without a column that would say nothing new.</summary>
    public TextTable Without(string heading)
    {
        var gone = Array.IndexOf(headings, heading);
        var table = new TextTable([.. headings.Where((_, i) => i != gone)]);
        table.rows.AddRange(rows.Select(row => row.Where((_, i) => i != gone).ToArray()));
        return table;
    }
}
