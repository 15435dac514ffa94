using System.Text.RegularExpressions;

namespace Creel.Tests.Architecture;

public partial class DocumentTests
{
    private static readonly string[] Tops = ["src/", "tests/", "docs/", "samples/", "compat/", "bench/", "eng/"];

    /// <summary>Folders that are made, not written.</summary>
    private static readonly string[] Made = ["artifacts/"];

    [GeneratedRegex(@"`([^`\s]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    /// <summary><c>src/…</c> and the like from the root; <c>Runtime/Journals</c>, as the map abbreviates it, below src/Creel.</summary>
    [Fact]
    public void Every_path_that_the_documents_name_exists()
    {
        var missing =
            from document in Documents()
            from Match match in Quoted().Matches(File.ReadAllText(document))
            let path = match.Groups[1].Value.TrimEnd('/')
            let full = Full(path)
            where full is not null && !full.Any(Exists)
            select $"{Path.GetRelativePath(SourceTree.Root, document)}: {path}";
        missing.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void Every_link_between_the_documents_leads_somewhere()
    {
        var missing =
            from document in Documents()
            from Match match in Link().Matches(File.ReadAllText(document))
            let target = match.Groups[1].Value
            where !target.Contains("://") && !Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
            select $"{Path.GetRelativePath(SourceTree.Root, document)}: {target}";
        missing.ShouldBeEmpty();
    }

    private static IEnumerable<string> Documents() =>
        Directory
            .EnumerateFiles(SourceTree.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "compat"), "*.md"));

    /// <summary>Where it may be; null for what is no path of this repository.</summary>
    private static string[]? Full(string path)
    {
        if (path.IndexOfAny(['*', '<', '{', '$', '…', ':', '(']) >= 0 || Made.Any(path.StartsWith))
        {
            return null;
        }

        if (Tops.Any(path.StartsWith))
        {
            return [Path.Combine(SourceTree.Root, path)];
        }

        var room = path.Split('/')[0];
        string[] projects = ["Core", "Adapters", "Server", "Runtime"];
        if (!path.Contains('/'))
        {
            return null;
        }

        return projects.Contains(room)
                ? [Path.Combine(SourceTree.Root, $"src/Creel.{path}"), Path.Combine(SourceTree.Root, $"src/Creel.{path}.cs")]
            : room is "Commands" or "Roots" or "Terminal" ? [Path.Combine(SourceTree.Root, "src/Creel", path)]
            : null;
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);
}
