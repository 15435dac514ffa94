using System.Globalization;
using System.Text;
using Creel.Core;

namespace Creel.Adapters.Systemd;

/// <summary>
/// Values as a unit file must have them (systemd.syntax(7)): whatever a name or a path holds, it stays one value of one line.
/// </summary>
internal static class UnitWords
{
    /// <summary>Text for people: control characters become spaces.</summary>
    public static string Text(string text) =>
        Percent(string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).TrimEnd('\\'));

    /// <summary>A path that is the whole value, where quotes would be part of it.</summary>
    /// <exception cref="CreelException">It is one that a unit file has no way to write.</exception>
    public static string Path(string path) =>
        path.EndsWith('\\') || path != path.Trim()
            ? throw new CreelException(
                Fault.Invalid(
                    "path",
                    $"the path {path} begins or ends with a space, or ends with a '\\', and so can't stand in a unit",
                    "Rename the folder"
                )
            )
            : Percent(Plain(path));

    /// <summary>One word of a list, in quotes only where it needs them.</summary>
    /// <exception cref="CreelException">It has a control character.</exception>
    public static string Word(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or '=' or ','))
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (var c in Percent(Plain(text)))
        {
            quoted.Append(c is '"' or '\\' ? $"\\{c}" : c.ToString());
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A path in a list of binds, in which spaces, quotes, colons and backslashes have a meaning.</summary>
    /// <exception cref="CreelException">As for <see cref="Path"/>.</exception>
    public static string ListedPath(string path)
    {
        var text = new StringBuilder();
        foreach (var c in Plain(path))
        {
            text.Append(c is ' ' or '\\' or '"' or '\'' or ':' ? "\\" : "").Append(c);
        }

        return Percent(text.ToString());
    }

    /// <summary>One argument of a command line that begins with a colon, where a dollar has no meaning.</summary>
    public static string Argument(string argument)
    {
        var text = new StringBuilder("\"");
        foreach (var c in argument)
        {
            text.Append(
                c switch
                {
                    '"' or '\\' => $"\\{c}",
                    '\n' => "\\n",
                    < ' ' or '\x7f' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                    _ => c.ToString(),
                }
            );
        }

        return Percent(text.Append('"').ToString());
    }

    /// <summary>What <see cref="Argument"/> was given.</summary>
    public static string ArgumentOf(string argument)
    {
        var text = new StringBuilder();
        var quoted = argument.Replace("%%", "%", StringComparison.Ordinal).Trim('\n');
        for (var at = 1; at < quoted.Length - 1; at++)
        {
            var hex = quoted[at] == '\\' && quoted[at + 1] == 'x' && at + 3 < quoted.Length - 1;
            text.Append(
                quoted[at] != '\\' ? quoted[at]
                : hex ? (char)Convert.ToByte(quoted[(at + 2)..(at + 4)], 16)
                : quoted[at + 1] == 'n' ? '\n'
                : quoted[at + 1]
            );
            at +=
                quoted[at] != '\\' ? 0
                : hex ? 3
                : 1;
        }

        return text.ToString();
    }

    public static string Command(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Argument));

    private static string Percent(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string Plain(string path) =>
        path.Any(char.IsControl)
            ? throw new CreelException(
                Fault.Refused(
                    "path",
                    $"the path {string.Concat(path.Select(c => char.IsControl(c) ? '?' : c))} has a control character, which systemd can't be told",
                    "Rename the folder, or choose another driver"
                )
            )
            : path;
}
