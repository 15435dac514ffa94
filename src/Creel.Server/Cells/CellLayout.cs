using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>Which folder is where under CREEL_HOME and the run folder; one place that knows.</summary>
internal sealed class CellLayout(CellsConfig config)
{
    public string Cell(CellId cell) => Path.Combine(config.Home, "cells", cell.Value);

    /// <summary>Beside the cell's folder, not in it: a cell may write here, and never there.</summary>
    public string State(CellId cell) => Path.Combine(config.Home, "state", cell.Value);

    public string HubFolder(CellId cell) => Path.Combine(config.RunFolder, "hub", cell.Value);

    public string Log(CellId cell) => Path.Combine(Cell(cell), "log");

    public string Workspace(AgentModel agent) => agent.Workspace ?? Path.Combine(config.Home, "workspaces", agent.Id.Value);

    /// <summary>The folder is one of those that Creel makes for agents.</summary>
    public bool IsWorkspace(string folder) => Path.GetDirectoryName(folder) == Path.Combine(config.Home, "workspaces");

    /// <summary>What a user wrote out may not be Creel's own: another agent's workspace, a key of the hub, a folder of sockets.</summary>
    /// <exception cref="CreelException">A workspace or a shared path lies in CREEL_HOME or the run folder, or holds one of them.</exception>
    public void Refuse(CellDesign design)
    {
        var written = design.Agents.Select(a => a.Workspace).OfType<string>().Concat(design.Shared.Select(s => s.Path));
        foreach (var path in written)
        {
            if (new[] { config.Home, config.RunFolder }.Any(own => Within(path, own) || Within(own, path)))
            {
                throw new CreelException(
                    Fault.Refused(
                        "own-folder",
                        $"cell {design.Group.Id} asks for {path}, where Creel keeps its own files",
                        "Choose another folder."
                    )
                );
            }
        }
    }

    private static bool Within(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>The specification that a driver starts the cell from.</summary>
    public CellSpec Spec(CellDesign design, CellUser? user, int index, string habitat) =>
        new()
        {
            Id = design.Id,
            Group = design.Group.Id,
            Habitat = habitat,
            Network = design.Network,
            Limits = design.Group.Limits,
            User = user,
            Folder = Cell(design.Id),
            StateFolder = State(design.Id),
            HubFolder = HubFolder(design.Id),
            RuntimeFile = config.RuntimeFile,
            // A cell that shares the host's loopback has a relay of its own on it.
            RelayPort = design.Network == NetworkMode.Host ? CellPaths.RelayPort + 1 + index : CellPaths.RelayPort,
            Workspaces = [.. design.Agents.Select(a => new CellMount(a.Id.Value, Workspace(a), CellPaths.Workspace(a.Id), true))],
            Shared =
            [
                .. design.Shared.Select(
                    (s, i) =>
                        new CellMount(i.ToString(System.Globalization.CultureInfo.InvariantCulture), s.Path, s.Path, s.Writable)
                ),
            ],
        };
}
