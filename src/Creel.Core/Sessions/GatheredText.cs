using System.Text;

namespace Creel.Core.Sessions;

/// <summary>Several messages as the text of one turn.</summary>
public static class GatheredText
{
    private const int LineLength = 160;
    private const int MostLines = 20;

    /// <param name="brief">Those of which it is told a line each, oldest first.</param>
    /// <param name="whole">Those that are told as they are, oldest first; at least one.</param>
    public static string Of(IReadOnlyList<string> brief, IReadOnlyList<string> whole)
    {
        if (brief.Count == 0 && whole.Count == 1)
        {
            return whole[0];
        }

        var text = new StringBuilder();
        if (brief.Count > 0)
        {
            text.Append(
                $"[{brief.Count} more {(brief.Count == 1 ? "message" : "messages")} came while you were busy; in short:]\n"
            );
            var left = Math.Max(brief.Count - MostLines, 0);
            if (left > 0)
            {
                text.Append($"- ({left} older left out)\n");
            }

            foreach (var message in brief.Skip(left))
            {
                text.Append($"- {Line(message)}\n");
            }

            text.Append('\n');
        }

        if (whole.Count == 1)
        {
            return text.Append(whole[0]).ToString();
        }

        text.Append("[These messages came while you were busy, oldest first:]\n");
        for (var i = 0; i < whole.Count; i++)
        {
            text.Append($"\n--- {i + 1}\n{whole[i]}\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Line(string message)
    {
        var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= LineLength)
        {
            return line;
        }

        var end = char.IsHighSurrogate(line[LineLength - 2]) ? LineLength - 2 : LineLength - 1;
        return line[..end] + "…";
    }
}
