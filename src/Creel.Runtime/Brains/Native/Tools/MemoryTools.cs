using System.Globalization;
using System.Text;
using Creel.Core;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary><c>memory_search</c> and <c>memory_get</c>, over MEMORY.md and memory/*.md, by plain words.</summary>
internal static class MemoryTools
{
    private const int MostFiles = 2000;
    private const int MostBytes = 1024 * 1024;
    private const int Lines = 8;

    public static IReadOnlyList<Tool> All { get; } =
    [
        new Tool(
            "memory_search",
            "Looks for words in your notes (MEMORY.md and memory/*.md) and gives the places where most of them stand together.",
            """{"type":"object","properties":{"query":{"type":"string","description":"A few words"},"maxResults":{"type":"integer"}},"required":["query"]}""",
            SearchAsync
        ),
        new Tool(
            "memory_get",
            "Reads lines of one of your notes.",
            """{"type":"object","properties":{"path":{"type":"string","description":"MEMORY.md or memory/NAME.md"},"from":{"type":"integer"},"lines":{"type":"integer"}},"required":["path"]}""",
            GetAsync
        ),
    ];

    /// <summary>How well some lines fit: how many of the words are in them, the rarer the more.</summary>
    internal static double Score(string text, IReadOnlyDictionary<string, double> weights) =>
        weights.Where(word => text.Contains(word.Key, StringComparison.OrdinalIgnoreCase)).Sum(word => word.Value);

    private static Task<ToolAnswer> SearchAsync(ToolUse use)
    {
        var query = use.Required("query");
        var most = use.Number("maxResults", 1, 50) ?? 6;
        var pieces = Files(use.Scene.Workspace).SelectMany(name => Pieces(use.Scene.Workspace, name)).ToList();
        var words = query
            .Split([' ', '\t', '\n', ',', '.', ';', ':', '?', '!', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Length > 1)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var weights = words.ToDictionary(
            word => word,
            word =>
                Math.Log(
                    1 + (pieces.Count / (1.0 + pieces.Count(p => p.Text.Contains(word, StringComparison.OrdinalIgnoreCase))))
                ) + 0.1
        );
        var found = pieces
            .Select(piece => (Piece: piece, Score: Score(piece.Text, weights)))
            .Where(hit => hit.Score > 0)
            .OrderByDescending(hit => hit.Score)
            .ThenByDescending(hit => hit.Piece.Name, StringComparer.Ordinal)
            .Take(most)
            .Select(hit =>
                string.Create(CultureInfo.InvariantCulture, $"{hit.Piece.Name}, from line {hit.Piece.Line}:\n{hit.Piece.Text}")
            )
            .ToList();
        return Task.FromResult(
            new ToolAnswer(found.Count == 0 ? "Nothing in your notes has any of these words" : string.Join("\n\n", found))
        );
    }

    private static Task<ToolAnswer> GetAsync(ToolUse use)
    {
        var said = use.Required("path");
        var name = said.StartsWith("./", StringComparison.Ordinal) ? said[2..] : said;
        if (!Files(use.Scene.Workspace).Contains(name))
        {
            throw new CreelException(
                Fault.NotFound("no-note", $"'{said}' is none of your notes, which are MEMORY.md and memory/*.md")
            );
        }

        var lines = Text(use.Scene.Workspace, name).Split('\n');
        var from = use.Number("from", 1, int.MaxValue) ?? 1;
        var count = use.Number("lines", 1, int.MaxValue) ?? int.MaxValue;
        return Task.FromResult(new ToolAnswer(string.Join('\n', lines.Skip(from - 1).Take(count))));
    }

    private static IEnumerable<(string Name, int Line, string Text)> Pieces(Workspace workspace, string name)
    {
        var lines = Text(workspace, name).Split('\n');
        for (var at = 0; at < lines.Length; at += Lines)
        {
            var text = string.Join('\n', lines.Skip(at).Take(Lines)).Trim();
            if (text.Length > 0)
            {
                yield return (name, at + 1, text.Length > 1200 ? text[..1200] + "…" : text);
            }
        }
    }

    private static List<string> Files(Workspace workspace)
    {
        var names = new List<string>();
        foreach (var name in (string[])["MEMORY.md", "memory.md"])
        {
            if (File.Exists(Path.Combine(workspace.Path, name)))
            {
                names.Add(name);
            }
        }

        var folder = new DirectoryInfo(Path.Combine(workspace.Path, "memory"));
        if (folder.Exists && folder.LinkTarget is null)
        {
            names.AddRange(
                folder.EnumerateFiles("*.md").Take(MostFiles).Select(f => $"memory/{f.Name}").Order(StringComparer.Ordinal)
            );
        }

        return names;
    }

    private static string Text(Workspace workspace, string name) =>
        workspace.Read(name, MostBytes, out _) is { } bytes ? Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n") : "";
}
