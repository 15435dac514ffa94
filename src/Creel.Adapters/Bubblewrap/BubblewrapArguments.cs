using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Bubblewrap;

/// <summary>What bubblewrap is told. An allow-list: what is not named here does not exist in the cell.</summary>
internal static class BubblewrapArguments
{
    /// <param name="program">Bubblewrap itself.</param>
    /// <param name="etc">The generated one.</param>
    /// <param name="rootLinks">Names in the host's root, as <c>bin</c>, with where each points, or null for a folder.</param>
    public static IReadOnlyList<string> Of(
        string program,
        CellSpec spec,
        string etc,
        CellMounts mounts,
        IReadOnlyDictionary<string, string> variables,
        IEnumerable<KeyValuePair<string, string?>> rootLinks
    )
    {
        var list = new List<string> { program };

        // Never with --die-with-parent: it fires when the thread that started it ends, and forbids adoption.
        Add("--json-status-fd", "3", "--unshare-all", "--unshare-user", "--disable-userns", "--as-pid-1", "--new-session");
        Add(
            "--uid",
            $"{GeneratedEtc.Agent.Uid}",
            "--gid",
            $"{GeneratedEtc.Agent.Gid}",
            "--cap-drop",
            "ALL",
            "--hostname",
            spec.Group.Value
        );
        Add("--ro-bind", "/usr", "/usr");
        foreach (var (name, target) in rootLinks)
        {
            if (target is not null)
            {
                Add("--symlink", target, "/" + name);
            }
            else
            {
                Add("--ro-bind", "/" + name, "/" + name);
            }
        }

        Add("--ro-bind", etc, "/etc");
        foreach (var (name, _) in GeneratedEtc.FromHost())
        {
            Add("--ro-bind", "/etc/" + name, "/etc/" + name);
        }

        Add("--proc", "/proc", "--dev", "/dev");
        Add("--perms", "1777", "--tmpfs", "/tmp", "--perms", "1777", "--tmpfs", "/var/tmp", "--perms", "0755", "--tmpfs", "/run");
        Add("--ro-bind", mounts.Hub, CellPaths.HubFolder);
        if (mounts.Proxy is not null)
        {
            Add("--ro-bind", mounts.Proxy, CellPaths.ProxyFolder);
        }

        if (mounts.Trust is { } trust)
        {
            Add("--ro-bind", trust, CellPaths.TrustFolder);
            if (File.Exists(CellTrust.SystemBundle))
            {
                Add("--ro-bind", $"{trust}/{CellPaths.TrustBundle}", CellTrust.SystemBundle);
            }
        }

        Add(
            "--ro-bind",
            mounts.Runtime,
            CellPaths.RuntimeFile,
            "--bind",
            mounts.State,
            CellPaths.State,
            "--dir",
            CellPaths.Workspaces
        );
        foreach (var bind in mounts.Binds)
        {
            Add(bind.Writable ? "--bind" : "--ro-bind", bind.From, bind.To);
        }

        Add("--remount-ro", "/run", "--remount-ro", "/", "--chdir", CellPaths.Workspaces, "--clearenv");
        foreach (var (name, value) in variables)
        {
            Add("--setenv", name, value);
        }

        Add("--", "/bin/sh", "-c", LaunchScript.Begin, "creel-begin", CellPaths.RuntimeFile);
        return list;

        void Add(params ReadOnlySpan<string> arguments) => list.AddRange(arguments);
    }
}
