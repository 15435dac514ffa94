using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Bubblewrap;

/// <summary>Where the cell's own folders are found, once they are reachable for its user.</summary>
internal sealed record BubblewrapMounts(
    string Etc,
    string Runtime,
    string State,
    string Hub,
    string? Proxy,
    IReadOnlyList<BubblewrapBind> Binds
)
{
    /// <summary>Holds and checks every folder of the cell.</summary>
    /// <exception cref="CreelException">One is missing, a link, somebody else's, or would lie over the cell's own.</exception>
    public static BubblewrapMounts Of(CellSpec spec, CellPlaces places)
    {
        var runtime = places.Program("the runtime", spec.RuntimeFile);
        var etc = places.Folder("the generated /etc", GeneratedEtc.Write(spec));
        var state = places.Folder("the state folder", spec.StateFolder, owned: true);
        var hub = places.Folder("the hub folder", spec.HubFolder);
        var proxy =
            spec.ProxyFolder is { } folder && spec.Network != NetworkMode.None ? places.Folder("the proxy folder", folder) : null;
        var binds = new List<BubblewrapBind>();
        foreach (var mount in spec.Workspaces)
        {
            var place = places.Folder($"the workspace of {mount.Name}", mount.HostPath, owned: mount.Writable);
            binds.Add(new BubblewrapBind(place.Reach, mount.CellPath, mount.Writable));
        }

        foreach (var mount in spec.Shared)
        {
            SharedPaths.Check(spec, mount);
            binds.Add(new BubblewrapBind(places.Folder("a shared path", mount.HostPath).Reach, mount.CellPath, mount.Writable));
        }

        return new BubblewrapMounts(etc.Reach, runtime.Reach, state.Reach, hub.Reach, proxy?.Reach, binds);
    }
}

/// <summary>A folder that is shown to the cell.</summary>
internal sealed record BubblewrapBind(string From, string To, bool Writable);
