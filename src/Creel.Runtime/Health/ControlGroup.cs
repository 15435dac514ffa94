namespace Creel.Runtime.Health;

/// <summary>What this cell's control group tells of it, in version 2 or 1; nothing where /sys is not shown.</summary>
internal sealed class ControlGroup(string root = "/sys/fs/cgroup")
{
    private readonly string[] memberships = SystemFile
        .Text("/proc/self/cgroup")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public double? CpuSeconds() =>
        Folder(null) is { } unified && SystemFile.Field(SystemFile.Text(unified + "/cpu.stat"), "usage_usec") is { } micros
            ? micros / 1e6
        : Folder("cpuacct") is { } old && SystemFile.Number(old + "/cpuacct.usage") is { } nanos ? nanos / 1e9
        : null;

    /// <summary>Bytes used and allowed; null without a limit.</summary>
    public (long Used, long Limit)? Memory()
    {
        var (used, limit) =
            Folder(null) is { } unified && SystemFile.Number(unified + "/memory.max") is { } max
                ? (SystemFile.Number(unified + "/memory.current"), max)
            : Folder("memory") is { } old
                ? (SystemFile.Number(old + "/memory.usage_in_bytes"), SystemFile.Number(old + "/memory.limit_in_bytes") ?? 0)
            : (null, 0L);

        // "No limit" in version 1 is a number near 2^63.
        return used is { } bytes && limit is > 0 and < long.MaxValue / 2 ? (bytes, limit) : null;
    }

    /// <summary>The root group speaks of the whole machine, so it counts as none.</summary>
    private string? Folder(string? controller)
    {
        foreach (var membership in memberships)
        {
            var parts = membership.Split(':', 3);
            var fits = parts.Length == 3 && (controller is null ? parts[0] == "0" : parts[1].Split(',').Contains(controller));
            if (fits && parts[2] != "/")
            {
                return $"{root}{(controller is null ? "" : "/" + controller)}{parts[2]}";
            }
        }

        return null;
    }
}
