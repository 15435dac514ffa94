using System.Text.RegularExpressions;

namespace Creel.Tests.Cli;

/// <summary>What a person would see: a terminal that knows the few sequences that we send, and takes 0 for 1 as all of them do.</summary>
internal sealed partial class TestScreen
{
    private readonly List<string> lines = [""];
    private int row;
    private int column;

    public IReadOnlyList<string> Lines => lines;

    [GeneratedRegex(@"\e\[(\??[\d;]*)([A-Za-z])|\e[=>]|[\r\n]|[^\e\r\n]+")]
    private static partial Regex Piece();

    public void Print(string output)
    {
        foreach (Match piece in Piece().Matches(output))
        {
            switch (piece.Value)
            {
                case "\r":
                    column = 0;
                    break;
                case "\n":
                    row++;
                    if (row == lines.Count)
                    {
                        lines.Add("");
                    }

                    break;
                case ['\e', ..]:
                    Control(piece.Groups[2].Value, piece.Groups[1].Value);
                    break;
                default:
                    var line = lines[row].PadRight(column);
                    var end = column + piece.Length;
                    lines[row] = line[..column] + piece.Value + (end < line.Length ? line[end..] : "");
                    column = end;
                    break;
            }
        }
    }

    private void Control(string final, string argument)
    {
        switch (final)
        {
            case "A":
                row = Math.Max(0, row - Math.Max(1, int.Parse(argument is "" ? "0" : argument)));
                break;
            case "K":
                lines[row] = lines[row][..Math.Min(column, lines[row].Length)];
                break;
            case "J":
                Control("K", argument);
                for (var below = row + 1; below < lines.Count; below++)
                {
                    lines[below] = "";
                }

                break;
        }
    }
}
