namespace Creel.Core.Tools;

/// <summary>One word of a list: a name, a group, or a pattern in which <c>*</c> stands for anything.</summary>
internal static class ToolPattern
{
    /// <summary>In plain words, groups taken apart; blanks are left out.</summary>
    public static IReadOnlyList<string> Expand(IEnumerable<string> words) =>
        [
            .. words
                .Select(ToolNames.Plain)
                .Where(word => word.Length > 0)
                .SelectMany(word => ToolNames.Groups.TryGetValue(word, out var group) ? group : [word])
                .Distinct(),
        ];

    /// <param name="patterns">As <see cref="Expand"/> gives them.</param>
    /// <param name="tool">A plain name.</param>
    public static string? Match(IReadOnlyList<string> patterns, string tool) =>
        patterns.FirstOrDefault(pattern => Matches(pattern, tool));

    /// <summary>In one pass over the text, going back no further than to the last star.</summary>
    public static bool Matches(string pattern, string text)
    {
        var (p, t, star, from) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, from) = (p++, t);
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                (p, t) = (p + 1, t + 1);
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++from);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).Trim('*').IsEmpty;
    }
}
