using Creel.Adapters.Linux;

namespace Creel.Adapters.Systemd;

/// <summary>
/// The control groups of a unit. That one is there shows that the unit is counted by itself: where systemd may not use a
/// controller, it makes none, and the unit's processes are counted with others.
/// </summary>
internal static class UnitCgroups
{
    /// <param name="path">As systemd tells it; empty where the unit has none now.</param>
    public static IReadOnlyList<string> Of(string path) =>
        [.. Of(KernelFile.Lines("/proc/self/mounts"), path).Where(Directory.Exists)];

    /// <param name="mounts">The lines of <c>/proc/self/mounts</c>.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> mounts, string path)
    {
        if (path.Length == 0)
        {
            return [];
        }

        var places =
            from line in mounts
            let fields = line.Split(' ')
            where fields.Length > 3
            where fields[2] == "cgroup2" || (fields[2] == "cgroup" && fields[3].Split(',').Intersect(CgroupV1.Controllers).Any())
            select fields[1] + path;
        return [.. places.Distinct()];
    }
}
