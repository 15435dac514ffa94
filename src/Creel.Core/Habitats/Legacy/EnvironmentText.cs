using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>
/// Variables in a file, as the older systems kept them: a line a variable, <c>NAME=VALUE</c>, <c>export</c> before it or not, the value bare or
/// in quotes. Nothing in a value is carried out or replaced.
/// </summary>
internal static class EnvironmentText
{
    public const string Extension = ".env";

    public static IReadOnlyDictionary<string, Json5String> Read(HabitatSource source, Findings findings)
    {
        var variables = new Dictionary<string, Json5String>();
        var lines = source.Text.Split('\n');
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            line = line.StartsWith("export ", StringComparison.Ordinal) ? line[7..].TrimStart() : line;
            var split = line.IndexOf('=', StringComparison.Ordinal);
            var name = split < 0 ? "" : line[..split];
            if (!IsName(name))
            {
                findings.Error(
                    Json5Place.Root(source.File, number, 1),
                    "is no variable: write NAME=VALUE, with # before a remark"
                );
                continue;
            }

            var at = Json5Place.Named(source.File, name).Moved(number, 1);
            if (Value(line[(split + 1)..]) is not { } value)
            {
                findings.Error(at, "has a quote that does not end, or something behind it");
            }
            else if (!variables.TryAdd(name, Tree.Text(at, value)))
            {
                findings.Error(at, $"is there twice; the first is at {variables[name].At}");
            }
        }

        return variables;
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string? Value(string text) =>
        text.Length == 0 || text[0] is not ('"' or '\'') ? text
        : text.Length >= 2 && text.IndexOf(text[0], 1) == text.Length - 1 ? text[1..^1]
        : null;
}
