namespace Creel.Core.Channels;

/// <summary>The lines of an answer by which an agent sends files: <c>MEDIA:chart.png</c>.</summary>
public static class MediaLines
{
    public const string Word = "MEDIA:";

    /// <summary>So many files of one answer, at most; the lines of others stay.</summary>
    public const int Most = 10;

    /// <summary>For agents whose answers go where files can be sent.</summary>
    public const string Hint =
        "To send a file of your workspace with your answer, write a line of its own that says MEDIA: and the file's path, as in MEDIA:out/chart.png";

    /// <returns>The text without those lines, and the paths in their order. What stands in a block of code is text.</returns>
    public static (string Text, IReadOnlyList<string> Paths) Take(string text)
    {
        if (!text.Contains(Word, StringComparison.Ordinal))
        {
            return (text, []);
        }

        var (lines, paths, block) = (new List<string>(), new List<string>(), false);
        foreach (var line in text.Split('\n'))
        {
            var said = line.Trim();
            block ^= said.StartsWith("```", StringComparison.Ordinal);
            if (!block && paths.Count < Most && said.StartsWith(Word, StringComparison.Ordinal) && Path(said) is { } path)
            {
                paths.Add(path);
            }
            else
            {
                lines.Add(line);
            }
        }

        return (string.Join('\n', lines), paths);
    }

    private static string? Path(string line)
    {
        var path = line[Word.Length..].Trim().Trim('`', '"', '\'');
        return path.Length is > 0 and <= 1024 && !path.Contains("://", StringComparison.Ordinal) ? path : null;
    }
}
