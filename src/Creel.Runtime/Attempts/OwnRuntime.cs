using System.Globalization;

namespace Creel.Runtime.Attempts;

/// <summary>The cell's own runtime and control group, which hold an agent's limits.</summary>
internal static class OwnRuntime
{
    private const int Seize = 0x4206;

    public static AttemptLine[] Table { get; } =
    [
        new("privilege.release-agent", _ => Tries.OpenAny(Groups("release_agent"), Tries.WriteOnly)),
        new(
            "privilege.own-limits",
            _ =>
                Tries.OpenAny(
                    [
                        .. Groups("memory.max"),
                        .. Groups("memory.limit_in_bytes"),
                        .. Groups("pids.max"),
                        .. Groups("cpu.max"),
                        .. Groups("cpu.cfs_quota_us"),
                    ],
                    Tries.WriteOnly
                )
        ),
        new("privilege.leave-group", _ => Tries.OpenAny(Groups("cgroup.procs", up: true), Tries.WriteOnly)),
        new("privilege.runtime-memory", _ => At(pid => Tries.Open($"/proc/{pid}/mem"))),
        new("privilege.runtime-environ", _ => At(pid => Tries.Read($"/proc/{pid}/environ"))),
        new("privilege.runtime-files", _ => At(pid => Tries.List($"/proc/{pid}/fd"))),
        new(
            "privilege.runtime-trace",
            _ => At(pid => Tries.Call("ptrace", Kernel.Call(CallNumbers.Ptrace, Seize, pid), held: [Kernel.ESRCH]))
        ),
    ];

    /// <summary>The runtime started this process.</summary>
    private static Outcome At(Func<int, Outcome> attempt)
    {
        var stat = Tries.Content("/proc/self/stat").Text ?? "";
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
            fields.Length > 1
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            && parent > 0
            ? attempt(parent)
            : Outcome.Untried("the runtime has no number here");
    }

    /// <summary>Where the files of this process's control groups may be: mounted at the top, or at the place that it is told of.</summary>
    private static IEnumerable<string> Groups(string file, bool up = false)
    {
        const string Top = "/sys/fs/cgroup";
        foreach (var line in (Tries.Content("/proc/self/cgroup").Text ?? "").Split('\n'))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
            {
                continue;
            }

            var tree = controllers.Length == 0 ? Top : $"{Top}/{controllers}";
            foreach (
                var folder in (string[])
                    [tree, $"{Top}/unified", $"{Top}/systemd", tree + path, tree + (Path.GetDirectoryName(path) ?? "")]
            )
            {
                // Its own is open to itself by design where a group was delegated; leaving it is what counts.
                if ((!up || folder != tree + path) && File.Exists(Path.Combine(folder, file)))
                {
                    yield return Path.Combine(folder, file);
                }
            }
        }
    }
}
