using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Creel.Core;

namespace Creel.Adapters.Compose;

/// <summary>Text in YAML: what may stand bare, and how the rest is quoted. It holds for readers of YAML 1.1 and of 1.2.</summary>
internal static partial class YamlScalar
{
    /// <summary>Bare where nobody could take it for anything else, else in double quotes.</summary>
    public static string Write(string text) =>
        Certain().IsMatch(text) && !IsWord(text) && text is not ("y" or "n" or "Y" or "N") ? text : Quote(text);

    /// <summary>Bare, as the older generator wrote everything.</summary>
    /// <exception cref="CreelException">Bare, it would read back as something else.</exception>
    public static string WriteBare(string text, bool number)
    {
        if (IsStructure(text) || (!number && IsWord(text)))
        {
            throw new CreelException(
                Fault.Invalid(
                    "yaml-text",
                    $"{Quote(text.Length > 60 ? text[..60] + "…" : text)} would be read back as something else: "
                        + "the older compose file has no quotes",
                    "Change it, or set CREEL_PROFILE=hardened, which writes any text"
                )
            );
        }

        return text;
    }

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\r' => quoted.Append("\\r"),
                _ when IsPrintable(rune) => quoted.Append(rune.ToString()),
                <= 0xffff => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>
    /// What every reader of YAML prints as it is. Line and paragraph separators are breaks to some, and a byte order mark is
    /// dropped by others.
    /// </summary>
    private static bool IsPrintable(Rune rune) =>
        rune.Value is >= ' ' and not (>= 0x7f and < 0xa0) and not (0x2028 or 0x2029 or 0xfeff or 0xfffe or 0xffff);

    /// <summary>Bare text that ends early, or becomes a map, a list, an anchor, a comment.</summary>
    private static bool IsStructure(string text) =>
        text.Length == 0
        || text.EnumerateRunes().Any(rune => !IsPrintable(rune))
        || text != text.Trim()
        || "?:,[]{}#&*!|>'\"%@`".Contains(text[0], StringComparison.Ordinal)
        || text is "-"
        || text.StartsWith("- ", StringComparison.Ordinal)
        || text.StartsWith("---", StringComparison.Ordinal)
        || text.StartsWith("...", StringComparison.Ordinal)
        || text.Contains(": ", StringComparison.Ordinal)
        || text.EndsWith(':')
        || text.Contains(" #", StringComparison.Ordinal);

    private static bool IsWord(string text) => Words().IsMatch(text) || Numbers().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z_./][A-Za-z0-9_./@+-]*\z")]
    private static partial Regex Certain();

    /// <summary>Words for nothing and for truth values, and the two keys that mean something.</summary>
    [GeneratedRegex(@"\A(?:~|null|yes|no|true|false|on|off|=|<<)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Words();

    /// <summary>Numbers of all bases, with their signs, exponents and sixties, and dates.</summary>
    [GeneratedRegex(
        @"\A(?:[-+]?(?:0[xob][0-9a-f_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|\.[0-9_]+(?:e[-+]?[0-9]+)?|\.inf)|\.nan|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*)\z",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Numbers();
}
