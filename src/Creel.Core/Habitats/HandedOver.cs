using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>
/// The host folders that a habitat hands to its cells, seen together. Who writes in a folder can move what is in it and put a
/// link in its place: so nothing that is looked up by its name may lie where a cell writes, neither another folder that is
/// handed over nor the habitat's own files.
/// </summary>
internal sealed class HandedOver(Findings findings)
{
    private readonly List<Folder> folders = [];

    public void Workspace(string path, AgentDraft owner, Json5Place at) =>
        folders.Add(new Folder(path, at, $"the workspace of '{owner.Id}'", Kind.Workspace));

    public void Shared(SharedPath shared, Json5Place at) =>
        folders.Add(new Folder(shared.Path, at, "a shared path", shared.Writable ? Kind.Writable : Kind.ReadOnly));

    public void OpenClaw(string path, Json5Place at) => folders.Add(new Folder(path, at, "an OpenClaw", Kind.ReadOnly));

    /// <param name="own">Where the files of the habitat lie, and the names by which they are found.</param>
    public void Check(IReadOnlyCollection<string> own)
    {
        foreach (var outer in folders.Where(f => f.Kind != Kind.ReadOnly))
        {
            if (own.FirstOrDefault(path => PathRule.Within(path, outer.Path)) is { } hit)
            {
                findings.Error(
                    outer.At,
                    $"{Slug.Quote(outer.Path)} holds this habitat's own files ({Slug.Quote(hit)}), and an agent that writes them writes "
                        + "its own walls: name a folder that has none of them"
                );
            }

            // Workspaces among each other are told where they are read, with their groups.
            foreach (var inner in folders.Where(f => f != outer && (f.Kind, outer.Kind) != (Kind.Workspace, Kind.Workspace)))
            {
                if (PathRule.Within(inner.Path, outer.Path))
                {
                    findings.Error(
                        inner.At,
                        $"{Slug.Quote(inner.Path)} lies in {outer.What} that a cell writes ({Slug.Quote(outer.Path)}, {outer.At}), "
                            + "which could put a link to anything in its place: name folders beside each other"
                    );
                }
            }
        }
    }

    private enum Kind
    {
        ReadOnly,
        Writable,
        Workspace,
    }

    private sealed record Folder(string Path, Json5Place At, string What, Kind Kind);
}
