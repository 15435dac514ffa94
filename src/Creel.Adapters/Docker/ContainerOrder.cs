using System.Text.Json.Nodes;
using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>A cell as the body of <c>POST /containers/create</c>. Hardened, with no way to ask for less.</summary>
internal static class ContainerOrder
{
    private const long Nanoseconds = 1_000_000_000;

    // The sandbox below counts its own threads, too.
    private const long SandboxPids = 64;

    /// <param name="image">Its id, so that a tag that moves changes nothing.</param>
    /// <param name="network">The one that was made for it, or null where its mode needs none.</param>
    /// <param name="init">The engine has a small init to reap what is orphaned.</param>
    /// <param name="bound">Where the engine finds what was checked; null where this user can't bind it: under its own names.</param>
    public static JsonObject Of(
        CellSpec spec,
        CellUser user,
        string image,
        string? network,
        bool init,
        IReadOnlyDictionary<string, string>? bound = null
    )
    {
        var proxy = spec.ProxyFolder is not null && spec.Network != NetworkMode.None ? CellPaths.ProxyFolder : null;
        var variables = CellHome.Variables(spec, CellPaths.HubFolder, proxy, CellPaths.State);
        return new JsonObject
        {
            ["Image"] = image,
            ["User"] = $"{user.Uid}:{user.Gid}",
            ["Hostname"] = spec.Group.Value,
            ["WorkingDir"] = CellPaths.State,
            ["Entrypoint"] = new JsonArray(CellPaths.RuntimeFile),
            ["Cmd"] = new JsonArray(),
            ["Env"] = new JsonArray([.. variables.Select(v => (JsonNode)$"{v.Key}={v.Value}")]),
            ["Labels"] = Labels.Of(spec),
            ["Tty"] = false,
            ["OpenStdin"] = false,
            ["Healthcheck"] = new JsonObject
            {
                ["Test"] = new JsonArray("CMD", CellPaths.RuntimeFile, "--healthy"),
                ["Interval"] = 120 * Nanoseconds,
                ["Timeout"] = 10 * Nanoseconds,
                ["StartPeriod"] = 30 * Nanoseconds,
                ["Retries"] = 3,
            },
            ["HostConfig"] = Host(spec, network, init, bound),
        };
    }

    private static JsonObject Host(CellSpec spec, string? network, bool init, IReadOnlyDictionary<string, string>? bound)
    {
        var host = new JsonObject
        {
            ["Mounts"] = new JsonArray([.. Mounts(spec).Select(mount => Bind(mount, bound))]),
            ["ReadonlyRootfs"] = true,
            ["Tmpfs"] = new JsonObject
            {
                ["/tmp"] = "rw,nosuid,nodev,mode=1777,size=256m",
                ["/var/tmp"] = "rw,nosuid,nodev,mode=1777,size=256m",
            },
            ["CapDrop"] = new JsonArray("ALL"),
            ["SecurityOpt"] = new JsonArray("no-new-privileges:true"),
            ["Init"] = init,
            ["IpcMode"] = "private",
            ["CgroupnsMode"] = "private",
            ["NetworkMode"] = network ?? (spec.Network == NetworkMode.Host ? "host" : "none"),
            // While Creel is down Docker keeps the cell going; while it is up, Creel decides. Where the engine would look names
            // up again that nobody checks, it does not.
            ["RestartPolicy"] = bound is null
                ? new JsonObject { ["Name"] = "no" }
                : new JsonObject { ["Name"] = "on-failure", ["MaximumRetryCount"] = 5 },
            ["LogConfig"] = new JsonObject
            {
                ["Type"] = "json-file",
                ["Config"] = new JsonObject { ["max-size"] = "5m", ["max-file"] = "2" },
            },
            ["Ulimits"] = new JsonArray(Ulimit("core", 0), Ulimit("nofile", 16384)),
        };
        if (spec.OciRuntime is { } runtime)
        {
            host["Runtime"] = runtime;
        }

        if (spec.Network == NetworkMode.Internal)
        {
            // The engine's own resolver would ask the host's for names outside: here it finds nobody to ask.
            host["Dns"] = new JsonArray("127.0.0.1");
        }

        if (spec.Limits.Memory is { } memory)
        {
            host["Memory"] = (long)memory.Value;
            host["MemorySwap"] = (long)memory.Value;
        }

        if (spec.Limits.Cpu is { } cpu)
        {
            host["NanoCpus"] = (long)(cpu.Value * Nanoseconds);
        }

        if (spec.Limits.Pids is { } pids)
        {
            host["PidsLimit"] = (long)pids.Value + (spec.OciRuntime is null ? 0 : SandboxPids);
        }

        return host;
    }

    /// <summary>What of the host is seen in the cell.</summary>
    public static IEnumerable<CellMount> Mounts(CellSpec spec)
    {
        yield return new CellMount("runtime", spec.RuntimeFile, CellPaths.RuntimeFile, false);
        yield return new CellMount("state", spec.StateFolder, CellPaths.State, true);
        yield return new CellMount("hub", spec.HubFolder, CellPaths.HubFolder, false);
        if (spec.ProxyFolder is { } proxy && spec.Network != NetworkMode.None)
        {
            yield return new CellMount("proxy", proxy, CellPaths.ProxyFolder, false);
        }

        if (CellTrust.Wanted(spec))
        {
            yield return new CellMount("trust", CellTrust.Folder(spec), CellPaths.TrustFolder, false);
            yield return new CellMount("bundle", CellTrust.Bundle(spec), CellTrust.SystemBundle, false);
            yield return new CellMount("names", NameFiles.Names(spec.Folder), "/etc/resolv.conf", false);
        }

        yield return new CellMount("passwd", NameFiles.Passwd(spec.Folder), "/etc/passwd", false);
        yield return new CellMount("group", NameFiles.Group(spec.Folder), "/etc/group", false);
        foreach (var mount in spec.Workspaces.Concat(spec.Shared))
        {
            yield return mount;
        }
    }

    // By "Mounts" and not "Binds": the latter makes a folder, as root, where there is none.
    private static JsonNode Bind(CellMount mount, IReadOnlyDictionary<string, string>? bound) =>
        new JsonObject
        {
            ["Type"] = "bind",
            ["Source"] = bound is null ? mount.HostPath : bound[mount.HostPath],
            ["Target"] = mount.CellPath,
            ["ReadOnly"] = !mount.Writable,
            ["BindOptions"] = new JsonObject { ["Propagation"] = "rprivate" },
        };

    private static JsonObject Ulimit(string name, long value) =>
        new()
        {
            ["Name"] = name,
            ["Soft"] = value,
            ["Hard"] = value,
        };
}
