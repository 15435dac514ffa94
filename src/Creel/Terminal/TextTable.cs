using System.Text;
using Spectre.Console;

namespace Creel.Terminal;

/// <summary>Rows under headings, aligned with spaces: easy on the eye, and on <c>awk</c>. Every cell is made plain.</summary>
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

        rows.Add([.. cells.Select(cell => PlainText.Line(cell) is { Length: > 0 } text ? text : "-")]);
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

    /// <summary>The same as a Spectre table, for a live display.</summary>
    public Table Table()
    {
        var table = new Table().Border(TableBorder.None).HideFooters();
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Dim))).NoWrap().PadRight(2));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }
}
