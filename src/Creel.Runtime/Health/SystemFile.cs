namespace Creel.Runtime.Health;

/// <summary>The small files of /proc and /sys.</summary>
internal static class SystemFile
{
    /// <summary>Empty where it can't be read.</summary>
    public static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>A file that holds one number; null where it does not.</summary>
    public static long? Number(string path) => long.TryParse(Text(path).AsSpan().Trim(), out var number) ? number : null;

    /// <summary>The first number of the line that begins with a word.</summary>
    public static long? Field(string text, string word)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[0] == word && long.TryParse(words[1], out var number))
            {
                return number;
            }
        }

        return null;
    }
}
