using System.Text;

namespace Creel.Core.Routing;

/// <summary>How words of a configuration and of a message become comparable; OpenClaw's rules, since its files and keys are kept.</summary>
public static class RoutingText
{
    public const string MainAgent = "main";
    public const string DefaultAccount = "default";
    public const string MainKey = "main";

    private const int LongestId = 64;

    /// <summary>Any text as an agent's id; <c>main</c> where nothing is left.</summary>
    public static string Agent(string? text) => Id(text) ?? MainAgent;

    /// <summary>Any text as an account's id; <c>default</c> where nothing is left, and for the names that are none.</summary>
    public static string Account(string? text) =>
        Id(text) is { } id and not ("__proto__" or "prototype" or "constructor") ? id : DefaultAccount;

    /// <summary>The name of an agent's main conversation.</summary>
    public static string Main(string? text) => Lower(text) is { Length: > 0 } key ? key : MainKey;

    /// <summary>A channel's name: no alias is resolved here.</summary>
    public static string Channel(string? text) => Lower(text);

    public static string Lower(string? text)
    {
        var trimmed = Trim(text);
        return IsLower(trimmed) ? trimmed : trimmed.ToLowerInvariant();
    }

    /// <summary>Without the white space at its ends, by the rule of JavaScript: U+FEFF is some, U+0085 is none.</summary>
    public static string Trim(string? text)
    {
        if (text is null || text.Length == 0 || !(IsSpace(text[0]) || IsSpace(text[^1])))
        {
            return text ?? "";
        }

        var (from, to) = (0, text.Length);
        while (from < to && IsSpace(text[from]))
        {
            from++;
        }

        while (to > from && IsSpace(text[to - 1]))
        {
            to--;
        }

        return text[from..to];
    }

    private static string? Id(string? text)
    {
        var lower = Lower(text);
        if (Slug.IsValid(lower))
        {
            return lower;
        }

        var id = Replaced(lower).Trim('-');
        id = id.Length > LongestId ? id[..LongestId] : id;
        return id.Length == 0 ? null : id;
    }

    /// <summary>Every run of signs that no id has becomes one <c>-</c>.</summary>
    private static string Replaced(string lower)
    {
        var id = new StringBuilder();
        var inRun = false;
        foreach (var c in lower)
        {
            var belongs = c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_' or '-';
            if (belongs || !inRun)
            {
                id.Append(belongs ? c : '-');
            }

            inRun = !belongs;
        }

        return id.ToString();
    }

    private static bool IsSpace(char c) => c == '\uFEFF' || (c != '\u0085' && char.IsWhiteSpace(c));

    private static bool IsLower(string text)
    {
        foreach (var c in text)
        {
            if (c > 127 || c is >= 'A' and <= 'Z')
            {
                return false;
            }
        }

        return true;
    }
}
