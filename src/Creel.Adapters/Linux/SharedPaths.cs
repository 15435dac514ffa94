using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Which folders of the host may come into a cell beside its own, and where.</summary>
internal static class SharedPaths
{
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

    /// <exception cref="CreelException">It would lie over the cell's own, or show what no cell may see.</exception>
    public static void Check(CellSpec spec, CellMount mount)
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
