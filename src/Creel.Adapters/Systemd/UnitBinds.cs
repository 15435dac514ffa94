using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>The allow-list: all that a cell sees of the host.</summary>
internal static class UnitBinds
{
    public static IReadOnlyList<UnitBind> Of(CellSpec spec, CellMounts mounts) =>
        [
            ReadOnly("/usr"),
            .. HostRoot.Links().Where(link => link.Value is null).Select(link => ReadOnly("/" + link.Key)),
            .. GeneratedEtc.FromHost().Select(entry => ReadOnly("/etc/" + entry.Name, entry.IsFolder)),
            // With the host's network the host's names; elsewhere there is nobody to ask.
            .. spec.Network == NetworkMode.Host && File.Exists("/etc/resolv.conf")
                ? [ReadOnly("/etc/resolv.conf", isFolder: false)]
                : Array.Empty<UnitBind>(),
            new UnitBind(mounts.Runtime, CellPaths.RuntimeFile, false, IsFolder: false),
            new UnitBind(mounts.State, CellPaths.State, true),
            new UnitBind(mounts.Hub, CellPaths.HubFolder, false),
            .. mounts.Proxy is { } proxy ? [new UnitBind(proxy, CellPaths.ProxyFolder, false)] : Array.Empty<UnitBind>(),
            .. mounts.Trust is { } trust
                ?
                [
                    new UnitBind(trust, CellPaths.TrustFolder, false),
                    .. File.Exists(CellTrust.SystemBundle)
                        ? [new UnitBind($"{trust}/{CellPaths.TrustBundle}", CellTrust.SystemBundle, false, IsFolder: false)]
                        : Array.Empty<UnitBind>(),
                ]
                : Array.Empty<UnitBind>(),
            .. mounts.Binds.Select(bind => new UnitBind(bind.From, bind.To, bind.Writable)),
        ];

    private static UnitBind ReadOnly(string path, bool isFolder = true) => new(path, path, false, isFolder, IfThere: true);
}
