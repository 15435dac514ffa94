namespace Creel.Core;

/// <summary>The one alphabet of ids, and how a wrong one is quoted in a message.</summary>
internal static class Slug
{
    public static bool IsValid(string? text)
    {
        if (text is null || text.Length is 0 or > 64 || !IsHead(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!IsHead(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>At most 40 characters, control characters escaped: what came in may be 10,000 characters of anything.</summary>
    public static string Quote(string? text)
    {
        if (text is null)
        {
            return "nothing";
        }

        var shown = new System.Text.StringBuilder("'");
        foreach (var rune in text.EnumerateRunes().Take(40))
        {
            shown.Append(System.Text.Rune.IsControl(rune) ? $"\\u{rune.Value:x4}" : rune.ToString());
        }

        return shown.Append(text.Length > 40 ? $"…' ({text.Length} characters)" : "'").ToString();
    }

    private static bool IsHead(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
