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

    public string ProxyFolder(CellId cell) => Path.Combine(config.RunFolder, "proxy", cell.Value);

    public string Log(CellId cell) => Path.Combine(Cell(cell), "log");

    public string Workspace(AgentModel agent) => agent.Workspace ?? Workspace(agent.Id);

    /// <summary>The folder that Creel makes for an agent.</summary>
    public string Workspace(AgentId agent) => Path.Combine(config.Home, "workspaces", agent.Value);

    /// <summary>The folder is one of those that Creel makes for agents.</summary>
    public bool IsWorkspace(string folder) => Path.GetDirectoryName(folder) == Path.Combine(config.Home, "workspaces");

    /// <summary>What a user wrote out may not be Creel's own: another agent's workspace, a key of the hub, a folder of sockets.</summary>
    /// <returns>A fault for each workspace or shared path that lies in CREEL_HOME or the run folder, or holds one of them.</returns>
    public IEnumerable<Fault> Against(CellDesign design) =>
        design
            .Agents.Select(a => a.Workspace)
            .OfType<string>()
            .Concat(design.Shared.Select(s => s.Path))
            .Concat(design.OpenClaw is { } tree ? [tree] : [])
            .Where(path => new[] { config.Home, config.RunFolder }.Any(own => Within(path, own) || Within(own, path)))
            .Select(path =>
                Fault.Refused(
                    "own-folder",
                    $"cell {design.Group.Id} asks for {path}, where Creel keeps its own files",
                    "Choose another folder."
                )
            )
            .Concat(
                design
                    .Shared.Where(s => design.OpenClaw is not null)
                    .Where(s => Within(CellPaths.OpenClaw, s.Path) || Within(s.Path, CellPaths.OpenClaw))
                    .Select(s =>
                        Fault.Refused(
                            "shared-path",
                            $"cell {design.Group.Id} sees its OpenClaw at {CellPaths.OpenClaw}, where {s.Path} would be shared, too",
                            "Share another folder."
                        )
                    )
            );

    private static bool Within(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>The specification that a driver starts the cell from, or, without a design, finds it again by.</summary>
    public CellSpec Spec(CellRecord cell, CellDesign? design, CellUser? user, string habitat) =>
        new()
        {
            Id = cell.Id,
            Group = cell.Group,
            Habitat = habitat,
            Instance = config.Instance,
            Network = design?.Network ?? NetworkMode.None,
            Image = design?.Group.Image,
            OciRuntime = design?.Group.OciRuntime,
            Limits = design?.Group.Limits ?? ResourceLimits.Unlimited,
            User = user,
            Folder = Cell(cell.Id),
            StateFolder = State(cell.Id),
            HubFolder = HubFolder(cell.Id),
            ProxyFolder = design?.Network == NetworkMode.Proxy ? ProxyFolder(cell.Id) : null,
            AuthorityFile = config.AuthorityFile is { } authority && File.Exists(authority) ? authority : null,
            RuntimeFile = config.RuntimeFile,
            // A cell that shares the host's loopback has a relay of its own on it.
            RelayPort = design?.Network == NetworkMode.Host ? CellPaths.RelayPort + 1 + cell.UserIndex : CellPaths.RelayPort,
            Workspaces =
            [
                .. (design?.Agents ?? []).Select(a => new CellMount(a.Id.Value, Workspace(a), CellPaths.Workspace(a.Id), true)),
            ],
            Shared =
            [
                .. (design?.Shared ?? []).Select(
                    (s, i) =>
                        new CellMount(
                            i.ToString(System.Globalization.CultureInfo.InvariantCulture),
                            s.Path,
                            s.At ?? s.Path,
                            s.Writable
                        )
                ),
                .. design?.OpenClaw is { } tree
                    ? [new CellMount("openclaw", tree, CellPaths.OpenClaw, false)]
                    : Array.Empty<CellMount>(),
            ],
        };
}
