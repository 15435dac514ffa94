using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Where the folders are found that a cell with mounts of its own sees, once they are reachable for its user.</summary>
internal sealed record CellMounts(string Runtime, string State, string Hub, string? Proxy, IReadOnlyList<CellBind> Binds)
{
    /// <summary>The folder with what the cell's programs trust; null where they trust what the host does.</summary>
    public string? Trust { get; init; }

    private static readonly string[] Closed =
    [
        "/proc",
        "/dev",
        "/sys",
        "/etc",
        "/run/creel",
        "/opt/creel",
        CellPaths.State,
        "/bin",
        "/sbin",
        "/lib",
        "/lib64",
    ];

    /// <summary>Holds and checks every folder of the cell.</summary>
    /// <exception cref="CreelException">One is missing, a link, somebody else's, or would lie over the cell's own.</exception>
    public static CellMounts Of(CellSpec spec, CellPlaces places)
    {
        var runtime = places.Program("the runtime", spec.RuntimeFile);
        var state = places.Folder("the state folder", spec.StateFolder, owned: true);
        var hub = places.Folder("the hub folder", spec.HubFolder);
        var proxy =
            spec.ProxyFolder is { } folder && spec.Network != NetworkMode.None ? places.Folder("the proxy folder", folder) : null;
        var trust = CellTrust.Wanted(spec) ? places.Folder("the trust folder", CellTrust.Write(spec)) : null;
        var binds = new List<CellBind>();
        foreach (var mount in spec.Workspaces)
        {
            var place = places.Folder($"the workspace of {mount.Name}", mount.HostPath, owned: mount.Writable);
            binds.Add(new CellBind(place.Reach, mount.CellPath, mount.Writable));
        }

        foreach (var mount in spec.Shared)
        {
            Check(spec, mount);
            binds.Add(new CellBind(places.Folder("a shared path", mount.HostPath).Reach, mount.CellPath, mount.Writable));
        }

        return new CellMounts(runtime.Reach, state.Reach, hub.Reach, proxy?.Reach, binds) { Trust = trust?.Reach };
    }

    private static void Check(CellSpec spec, CellMount mount)
    {
        if (
            Closed.Append("/usr").Append(CellPaths.Workspaces).Any(own => Covers(mount.CellPath, own))
            || Closed.Any(own => Covers(own, mount.CellPath))
        )
        {
            throw Refusal(mount, $"it would lie over {mount.CellPath}, which every cell has for itself");
        }

        string?[] secret = [spec.Folder, spec.StateFolder, spec.HubFolder, spec.ProxyFolder, "/etc/shadow", "/proc/1", "/sys/fs"];
        if (secret.Any(path => path is not null && Covers(mount.HostPath, path)))
        {
            throw Refusal(mount, "Creel's own folders or the system's lie in it");
        }
    }

    private static bool Covers(string outer, string inner) =>
        inner == outer || inner.StartsWith(outer.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static CreelException Refusal(CellMount mount, string why) =>
        new(
            Fault.Refused(
                "shared-path",
                $"the shared path {mount.HostPath} can't be given to a cell: {why}",
                "Share a smaller folder"
            )
        );
}

/// <summary>A folder that is shown to the cell.</summary>
internal sealed record CellBind(string From, string To, bool Writable);
