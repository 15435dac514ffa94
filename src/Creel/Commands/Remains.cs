namespace Creel.Commands;

/// <summary>What a change of the habitat did to files: the local file, and the workspaces of agents that are no longer there.</summary>
internal sealed class Remains
{
    private readonly List<string> written = [];
    private readonly List<string> kept = [];
    private readonly List<string> deleted = [];

    public void Take(ProgressEvent happened)
    {
        if (happened.Path is { } path)
        {
            (
                happened switch
                {
                    { Event: "local-file", State: "written" } => written,
                    { Event: "workspace", State: "kept" } => kept,
                    { Event: "workspace", State: "deleted" } => deleted,
                    _ => [],
                }
            ).Add(path);
        }
    }

    public IEnumerable<string> Lines()
    {
        if (written.Count > 0)
        {
            yield return $"written: {string.Join(", ", written)}";
        }

        if (deleted.Count > 0)
        {
            yield return $"{(deleted.Count == 1 ? "workspace" : "workspaces")} deleted: {string.Join(", ", deleted)}";
        }

        if (kept.Count > 0)
        {
            yield return $"{(kept.Count == 1 ? "workspace stays" : "workspaces stay")}: {string.Join(", ", kept)}";
            yield return $"  → to delete {(kept.Count == 1 ? "it" : "them")}: rm -r {string.Join(' ', kept.Select(Quoted))}";
        }
    }

    /// <summary>For a shell.</summary>
    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
            ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
