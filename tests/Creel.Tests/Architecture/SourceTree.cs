using System.Text.RegularExpressions;

namespace Creel.Tests.Architecture;

/// <summary>The repository's own source, as text.</summary>
internal static class SourceTree
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

    /// <summary>The text names a room: in full, or, as its neighbours may, without the namespace that they share.</summary>
    public static bool Names(string text, string parent, string room) =>
        Regex.IsMatch(
            text,
            $@"(?<![\w.]){Regex.Escape(parent)}\.{room}\b|^(?!\s*//).*(?<![\w.""]){room}\.[A-Z]",
            RegexOptions.Multiline
        );

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
    /// <summary><c>src/Creel.Server/Hub/Dispatcher.cs</c> is in the project <c>Creel.Server</c>.</summary>
    public string Project => Path.Split('/')[1];

    public int Lines => Text.AsSpan().Count('\n');
}
