namespace Creel.Commands;

/// <summary>
/// What a change of the habitat did to files: the local file, the workspaces of agents that are no longer there, and the homes and
/// sessions of cells that aren't.
/// </summary>
internal sealed class Remains
{
    private readonly List<string> written = [];
    private readonly List<string> kept = [];
    private readonly List<string> deleted = [];
    private readonly List<string> states = [];

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
                    { Event: "state", State: "kept" } => states,
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
        }

        if (states.Count > 0)
        {
            yield return $"homes and sessions stay: {string.Join(", ", states)}";
        }

        if (kept.Concat(states).ToList() is [_, ..] stays)
        {
            yield return $"  → to delete {(stays.Count == 1 ? "it" : "them")}: rm -r {string.Join(' ', stays.Select(Quoted))}";
        }
    }

    /// <summary>For a shell.</summary>
    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
            ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
