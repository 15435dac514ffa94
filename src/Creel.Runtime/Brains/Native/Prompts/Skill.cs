using System.Text;
using Creel.Core.Habitats;

namespace Creel.Runtime.Brains.Native.Prompts;

/// <summary>A folder with a SKILL.md: its name and what it is for go into the prompt, the rest is read when it is needed.</summary>
internal sealed record Skill(string Name, string Description, string File)
{
    private const int Most = 150;
    private const int LongestFile = 256 * 1024;

    /// <summary>The workspace's own first, then those that all agents of the cell share; of one name the first counts.</summary>
    public static IReadOnlyList<Skill> Find(Workspace workspace, string home, MindModel mind)
    {
        string[] folders =
        [
            Path.Combine(workspace.Path, "skills"),
            Path.Combine(home, ".openclaw", "skills"),
            .. mind.SkillFolders,
        ];
        return
        [
            .. folders
                .SelectMany(In)
                .DistinctBy(skill => skill.Name)
                .Where(skill => mind.Skills?.Contains(skill.Name) ?? true)
                .Take(Most),
        ];
    }

    private static IEnumerable<Skill> In(string folder)
    {
        var place = new Workspace(folder);
        string[] names;
        try
        {
            names = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (var path in names.Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (place.Read($"{name}/SKILL.md", LongestFile, out _) is { } bytes)
            {
                yield return Read(name, Encoding.UTF8.GetString(bytes), Path.Combine(path, "SKILL.md"));
            }
        }
    }

    /// <summary>What stands between the two lines of dashes at its top; without them the folder's name and the first line of text.</summary>
    public static Skill Read(string folder, string text, string file)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var end = lines[0].Trim() == "---" ? Array.FindIndex(lines, 1, line => line.Trim() == "---") : -1;
        if (end < 0)
        {
            var first = lines.FirstOrDefault(line => line.Trim() is { Length: > 0 } words && words[0] != '#');
            return new Skill(folder, Short(first ?? ""), file);
        }

        return new Skill(
            Field(lines, end, "name") is { Length: > 0 } name ? name : folder,
            Short(Field(lines, end, "description") ?? ""),
            file
        );
    }

    private static string? Field(string[] lines, int end, string key)
    {
        var at = Array.FindIndex(lines, 1, end - 1, line => line.StartsWith(key + ":", StringComparison.Ordinal));
        if (at < 0)
        {
            return null;
        }

        var value = lines[at][(key.Length + 1)..].Trim();
        // A value in several lines is indented below its key.
        var more = lines
            .Take(end)
            .Skip(at + 1)
            .TakeWhile(line => line.StartsWith(' ') && line.Trim().Length > 0)
            .Select(l => l.Trim());
        var whole = value is "" or ">" or "|" or ">-" or "|-" ? string.Join(' ', more) : value;
        return whole.Length > 1 && whole[0] is '"' or '\'' && whole[^1] == whole[0] ? whole[1..^1] : whole;
    }

    private static string Short(string text) => text.Trim() is var plain && plain.Length > 500 ? plain[..500] + "…" : plain;
}
