using System.Text;
using Spectre.Console;

namespace Creel.Terminal;

/// <summary>Rows under headings, aligned with spaces: easy on the eye, and on <c>awk</c>. Every cell is made plain, an empty one under a heading becomes <c>-</c>.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> rows = [];

    public int Count => rows.Count;

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

    public string Text(string indent = "")
    {
        var widths = Enumerable
            .Range(0, headings.Length)
            .Select(i => rows.Append(headings).Max(row => row[i].GetCellWidth()))
            .ToArray();
        var output = new StringBuilder();
        foreach (var row in rows.Prepend(headings))
        {
            var line = new StringBuilder(indent);
            for (var i = 0; i < row.Length; i++)
            {
                line.Append(row[i]).Append(' ', widths[i] - row[i].GetCellWidth() + 2);
            }

            output.Append(line.ToString().TrimEnd()).Append('\n');
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
