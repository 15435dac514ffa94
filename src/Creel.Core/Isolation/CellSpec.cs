namespace Creel.Core.Isolation;

/// <summary>Everything that a driver needs to make a cell; values only. Paths are absolute, on the host unless they say otherwise.</summary>
public sealed record CellSpec
{
    public required CellId Id { get; init; }

    public required GroupId Group { get; init; }

    public required string Habitat { get; init; }

    public required NetworkMode Network { get; init; }

    public required ResourceLimits Limits { get; init; }

    /// <summary>Names the Creel that makes it, for what outlives it on a machine with several; null: nobody asks.</summary>
    public string? Instance { get; init; }

    /// <summary>The container's image, as a person names it; null: the driver's own. A driver without images never sees one.</summary>
    public string? Image { get; init; }

    /// <summary>The runtime below the container, as its engine names it; null: the engine's default.</summary>
    public string? OciRuntime { get; init; }

    /// <summary>
    /// The uid and gid that the cell runs as; null: those of whoever runs Creel. A driver that can take on another user
    /// (Creel is root) refuses null, and one that can't refuses any other.
    /// </summary>
    public CellUser? User { get; init; }

    /// <summary>The folder that belongs to this cell on the host: status, log, generated files. Not writable by the cell.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// The runtime's own folder, writable by the cell: journal and home. Like each workspace it exists before the start and is
    /// owned by <see cref="User"/>, or is still empty and owned by root: then the driver hands it over.
    /// </summary>
    public required string StateFolder { get; init; }

    /// <summary>The folder with <c>hub.sock</c>.</summary>
    public required string HubFolder { get; init; }

    /// <summary>The folder with <c>proxy.sock</c>, be the proxy there or not; null with any network but <c>proxy</c>.</summary>
    public string? ProxyFolder { get; init; }

    /// <summary>
    /// The certificate (PEM) of the authority by which the proxy answers for its upstreams. Where it is given, and the driver can, every
    /// address is the cell's own, and the cell trusts the authority: so programs that know nothing of a proxy end in it, too.
    /// </summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The <c>creel-runtime</c> executable.</summary>
    public required string RuntimeFile { get; init; }

    public required IReadOnlyList<CellMount> Workspaces { get; init; }

    public IReadOnlyList<CellMount> Shared { get; init; } = [];

    /// <summary>The port of the relay in the cell. Where it shares the host's loopback, the first that its driver tries: another program may
    /// have it, so the cell is told which one it got.</summary>
    public int RelayPort { get; init; } = CellPaths.RelayPort;
}

/// <summary>A host folder inside a cell.</summary>
/// <param name="Name">An agent's id for a workspace; for a shared path, its place in the list.</param>
/// <param name="CellPath">Where it is seen in the cell; a driver without mounts (host) shows it at <paramref name="HostPath"/>.</param>
public sealed record CellMount(string Name, string HostPath, string CellPath, bool Writable);

/// <summary>A uid and gid on the host, from the range that Creel owns.</summary>
public sealed record CellUser(int Uid, int Gid);
