using Creel.Adapters.Linux;

namespace Creel.Adapters.Systemd;

/// <summary>Which control groups are a unit's own: one that a process of it shares with others limits nothing of it alone.</summary>
internal static class UnitCgroups
{
    /// <summary>None where the process has ended.</summary>
    public static IReadOnlyList<string> Of(int pid, string unit) =>
        Of(KernelFile.Lines("/proc/self/mounts"), KernelFile.Lines($"/proc/{pid}/cgroup"), unit);

    /// <param name="mounts">The lines of <c>/proc/self/mounts</c>.</param>
    /// <param name="groups">The lines of <c>/proc/PID/cgroup</c>.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> mounts, IEnumerable<string> groups, string unit)
    {
        var places = Mounts(mounts);
        var own =
            from line in groups
            let parts = line.Split(':', 3)
            where parts.Length == 3 && parts[2].EndsWith("/" + unit, StringComparison.Ordinal)
            from controller in parts[1].Length == 0 ? [""] : parts[1].Split(',')
            where controller.Length == 0 || CgroupV1.Controllers.Contains(controller)
            where places.ContainsKey(controller)
            select places[controller] + parts[2];
        return [.. own.Distinct()];
    }

    /// <summary>Where memory is limited, for <see cref="UnitScript.End"/>.</summary>
    public static string Memory()
    {
        var places = Mounts(KernelFile.Lines("/proc/self/mounts"));
        return places.GetValueOrDefault("memory") ?? places.GetValueOrDefault("") ?? "/sys/fs/cgroup";
    }

    /// <summary>Controller to mount point; version 2 has the empty name.</summary>
    private static Dictionary<string, string> Mounts(IEnumerable<string> lines)
    {
        var places = new Dictionary<string, string>();
        foreach (var fields in lines.Select(line => line.Split(' ')).Where(fields => fields.Length > 3))
        {
            if (fields[2] == "cgroup2")
            {
                places.TryAdd("", fields[1]);
            }
            else if (fields[2] == "cgroup")
            {
                foreach (var controller in fields[3].Split(',').Intersect(CgroupV1.Controllers))
                {
                    places.TryAdd(controller, fields[1]);
                }
            }
        }

        return places;
    }
}
