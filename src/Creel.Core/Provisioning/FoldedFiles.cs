using System.Text;

namespace Creel.Core.Provisioning;

/// <summary>
/// Not every gateway keeps every file: OpenClaw 2026.9 knows AGENTS, SOUL, USER, BOOTSTRAP and MEMORY, and refuses the others. What they would
/// say stands in AGENTS.md then, which is read at the start of each session.
/// </summary>
public static class FoldedFiles
{
    public const string Into = "AGENTS.md";

    /// <param name="known">The names that the gateway keeps; those of an agent's files that are there, or could be.</param>
    /// <returns>The same files where it keeps all of them, or does not even keep the one that the others would go into.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        IReadOnlyList<KeyValuePair<string, string>> files,
        IReadOnlySet<string> known
    )
    {
        var strays = files
            .Where(f => !known.Contains(f.Key) && f.Value.Length > 0)
            .OrderBy(f => f.Key, StringComparer.Ordinal)
            .ToList();
        if (strays.Count == 0 || !known.Contains(Into) || files.All(f => f.Key != Into))
        {
            return files;
        }

        return
        [
            .. files
                .Where(f => known.Contains(f.Key))
                .Select(f => f.Key == Into ? new KeyValuePair<string, string>(Into, With(f.Value, strays)) : f),
        ];
    }

    private static string With(string text, IReadOnlyList<KeyValuePair<string, string>> strays)
    {
        var all = new StringBuilder(text);
        foreach (var (name, said) in strays)
        {
            // What it says of itself, as where to look for the token, is said of the file that it stands in.
            all.Append("\n\n---\n\n# ")
                .Append(name)
                .Append("\n\nThere is no file of this name here. Where one is spoken of, this part of ")
                .Append(Into)
                .Append(" is meant.\n\n")
                .Append(said.Replace(name, Into, StringComparison.Ordinal));
        }

        return all.ToString();
    }
}
