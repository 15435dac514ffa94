namespace Creel.Core.Provisioning.Templates;

/// <summary>What Python takes for white space: as .NET does, and the four separators U+001C to U+001F.</summary>
internal static class PythonSpace
{
    public static bool Is(char c) => c is >= '\u001c' and <= '\u001f' || char.IsWhiteSpace(c);

    /// <summary><c>strip()</c>.</summary>
    public static string Strip(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && Is(text[start]))
        {
            start++;
        }

        while (end > start && Is(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    public static string StripEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && Is(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    /// <summary><c>split()[0]</c>; empty where there is no word.</summary>
    public static string FirstWord(string text)
    {
        var word = Strip(text);
        var end = 0;
        while (end < word.Length && !Is(word[end]))
        {
            end++;
        }

        return word[..end];
    }
}
