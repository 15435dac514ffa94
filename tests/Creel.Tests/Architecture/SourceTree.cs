using System.Text.RegularExpressions;

namespace Creel.Tests.Architecture;

/// <summary>The repository's own source, as text.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file under src/, with its path from the root.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path), File.ReadAllText(path))),
    ];

    [GeneratedRegex(
        @"^\s*(?:global )?using (?:static )?(Creel\.[\w.]+);|(?<![\w.])(Creel\.(?:Core|Adapters|Server|Runtime)(?:\.\w+)+)",
        RegexOptions.Multiline
    )]
    private static partial Regex Mentions();

    /// <summary>The namespaces of ours that a file mentions.</summary>
    public static IEnumerable<string> NamespacesIn(string text) =>
        Mentions().Matches(text).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value).Distinct();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Creel.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Creel.slnx is in no folder above the tests");
    }
}

internal sealed record SourceFile(string Path, string Text)
{
    /// <summary><c>src/Creel.Server/Hub/Dispatcher.cs</c> is in the project <c>Creel.Server</c> …</summary>
    public string Project => Path.Split('/')[1];

    /// <summary>… and in the room <c>Hub</c>; empty at a project's root.</summary>
    public string Room => Path.Split('/') is { Length: > 3 } parts ? parts[2] : "";

    public int Lines => Text.AsSpan().Count('\n');
}
