using Creel.Commands.Views;

namespace Creel.Roots.Checks;

/// <summary>What a kill or a crash left that nobody will take up again.</summary>
internal static class LeftoverCheck
{
    private const string Name = "leftovers";

    public static CheckView Of(string home, string run)
    {
        var left = Baits(home).Concat(Sockets(home, run)).ToList();
        return left.Count == 0
            ? CheckView.Fine(Name, "none")
            : new CheckView(
                Name,
                CheckState.Warning,
                $"{left.Count} that nobody uses: {string.Join(", ", left.Take(3))}{(left.Count > 3 ? ", …" : "")}",
                $"rm -r {string.Join(' ', left)}"
            );
    }

    /// <summary>Of a verify that was killed; one that runs has its own.</summary>
    private static IEnumerable<string> Baits(string home) =>
        Directory.Exists(home) && ServeChecks.Running(home) is null ? Directory.EnumerateFiles(home, "verify-*") : [];

    /// <summary>Folders of cells of which the home knows nothing.</summary>
    private static IEnumerable<string> Sockets(string home, string run) =>
        new[] { "hub", "proxy" }
            .Select(kind => Path.Combine(run, kind))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Where(folder => !Directory.Exists(Path.Combine(home, "cells", Path.GetFileName(folder))));
}
