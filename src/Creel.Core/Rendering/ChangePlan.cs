namespace Creel.Core.Rendering;

/// <summary>What happens to an output folder: decided before the first byte is written.</summary>
public sealed record ChangePlan(IReadOnlyList<FileChange> Changes, RenderManifest Manifest)
{
    public bool IsNothing => Changes.All(c => c.Act is FileAct.Same or FileAct.Leave);

    /// <param name="overwrite">Also replace files that are not ours, or that somebody has changed.</param>
    /// <param name="find">A file as it is there.</param>
    /// <exception cref="CreelException">A file is in the way that we did not write, or that somebody has changed.</exception>
    public static ChangePlan Of(
        IReadOnlyList<OutputFile> wanted,
        PortTable ports,
        RenderManifest before,
        Func<string, FoundFile?> find,
        bool overwrite
    )
    {
        var changes = new List<FileChange>();
        var files = new Dictionary<string, string>();
        var foreign = new List<string>();
        foreach (var file in wanted)
        {
            var change = Wanted(file, find(file.Path));
            changes.Add(change);
            files[file.Path] = RenderManifest.Hash(change.After!.Text);
            if (file.Once && change.Before is not null)
            {
                // What was made once is ours to remove only as long as nobody has changed it.
                files[file.Path] = before.Files.GetValueOrDefault(file.Path, "");
            }
            else if (change is { Act: FileAct.Replace, Before: { } found } && !IsOurs(before, file.Path, found.Text))
            {
                foreign.Add(file.Path);
            }
        }

        if (foreign.Count > 0 && !overwrite)
        {
            throw new CreelException(
                Fault.Conflict(
                    "render-changed",
                    $"{string.Join(", ", foreign)} in the output folder: somebody else wrote or changed it",
                    "Move it away, or take it over with --overwrite"
                )
            );
        }

        var names = wanted.Select(f => f.Path).ToHashSet();
        foreach (var path in before.Files.Keys.Where(path => !names.Contains(path)).Order(StringComparer.Ordinal))
        {
            if (find(path) is { } found)
            {
                var ours = IsOurs(before, path, found.Text);
                changes.Add(new FileChange(path, ours ? FileAct.Remove : FileAct.Leave, found, null));
            }
        }

        return new ChangePlan(changes, new RenderManifest(ports, files));
    }

    private static FileChange Wanted(OutputFile file, FoundFile? found)
    {
        // A token that is there is kept; that others may read it is not.
        var after = file.Once && found is not null ? file with { Text = found.Text } : file;
        var same =
            found is not null
            && found.Text == after.Text
            && found.Mode == after.Mode
            && (after.Owner ?? found.Owner) == found.Owner;
        var act =
            found is null ? FileAct.Add
            : same ? FileAct.Same
            : FileAct.Replace;
        return new FileChange(file.Path, act, found, after);
    }

    private static bool IsOurs(RenderManifest before, string path, string text) =>
        before.Files.TryGetValue(path, out var hashes) && hashes.Split(' ').Contains(RenderManifest.Hash(text));
}
