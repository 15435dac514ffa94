using System.Text;
using Creel.Core;

namespace Creel.Adapters.Systemd;

/// <summary>Text in a unit: '%' is a specifier there, white space ends a word, and a line ends a directive.</summary>
internal static class UnitText
{
    /// <summary>For people; control characters, which end a line, become spaces.</summary>
    public static string Sentence(string text) =>
        Specifiers(new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]));

    /// <summary>One word of a list, in quotes where it needs them.</summary>
    /// <exception cref="CreelException">It holds a control character, which a unit can't.</exception>
    public static string Word(string text)
    {
        if (text.Any(char.IsControl))
        {
            throw new CreelException(Fault.Invalid("unit-text", "a unit can't hold a control character"));
        }

        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or '=' or ','))
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (var c in Specifiers(text))
        {
            quoted.Append(c is '"' or '\\' ? $"\\{c}" : c.ToString());
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A path that is the whole of a value, where quotes would be part of it.</summary>
    /// <exception cref="CreelException">It is one that no quoting helps.</exception>
    public static string Path(string path) =>
        path.Any(char.IsControl) || path.EndsWith('\\') || path != path.Trim()
            ? throw new CreelException(
                Fault.Invalid(
                    "unit-text",
                    "a path with a control character, a space around it or a '\\' at its end can't stand in a unit"
                )
            )
            : Specifiers(path);

    private static string Specifiers(string text) => text.Replace("%", "%%", StringComparison.Ordinal);
}
