using System.Text;
using Spectre.Console;

namespace Creel.Terminal;

/// <summary>
/// Text that is drawn again in its own place, on a terminal. The cursor rests on the line after it, so that whatever is printed
/// next stands on a line of its own. Lines are cut at the terminal's edge: a wrapped one would make the count of lines wrong.
/// </summary>
internal sealed class LiveText(TextWriter output, Func<WindowSize> size)
{
    private int drawn;

    /// <param name="text">Plain: without control characters but <c>\n</c>. Nothing draws nothing.</param>
    public void Draw(string text)
    {
        var window = size();
        var all = text.TrimEnd('\n').Split('\n');
        var room = Math.Max(2, window.Rows - 1);
        var lines =
            text.Length == 0 ? []
            : all.Length <= room ? all
            : [.. all.Take(room - 1), $"… {all.Length - room + 1} more"];

        // Up by nothing would be up by one: terminals take 0 for 1.
        var drawing = new StringBuilder(drawn > 0 ? $"\r\e[{drawn}A" : "");
        foreach (var line in lines)
        {
            drawing.Append(Cut(line, window.Columns)).Append("\e[K\n");
        }

        output.Write(drawing.Append(drawn > lines.Length ? "\e[J" : ""));
        output.Flush();
        drawn = lines.Length;
    }

    private static string Cut(string line, int columns)
    {
        if (line.GetCellWidth() <= columns)
        {
            return line;
        }

        var shown = new StringBuilder();
        var width = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            width += rune.ToString().GetCellWidth();
            if (width >= columns)
            {
                break;
            }

            shown.Append(rune);
        }

        return shown.Append('…').ToString();
    }
}
