using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>One hierarchy for each controller, as on older and on hybrid machines.</summary>
/// <param name="mounts">Controller to mount point.</param>
internal sealed class CgroupV1(IReadOnlyDictionary<string, string> mounts, string name) : ICgroupTree
{
    /// <summary>The last one limits nothing: it counts processor time, on most machines in the same folder as cpu.</summary>
    public static readonly IReadOnlyList<string> Controllers = ["memory", "pids", "cpu", "cpuacct"];

    private const string Absent = "this kernel has no control group for it";

    public IReadOnlyList<string> Make(string cell, ResourceLimits limits, IList<UnmetLimit> unmet)
    {
        var made = new List<string>();
        Try("memory", limits.Memory, folder => SetMemory(folder, limits.Memory));
        Try("pids", limits.Pids, folder => Set(folder, "pids.max", KernelFile.Count(limits.Pids)));
        Try("cpu", limits.Cpu, folder => SetCpu(folder, limits.Cpu));
        Try("cpuacct", null, _ => null);
        return [.. made.Distinct()];

        void Try(string controller, Limit? limit, Func<string, string?> set)
        {
            var why = Absent;
            if (mounts.TryGetValue(controller, out var mount))
            {
                var folder = Path.Combine(mount, name, cell);
                why = KernelFile.MakeFolder(folder);
                if (why is null)
                {
                    made.Add(folder);
                    why = limit is null ? null : set(folder);
                }
            }

            if (why is not null && limit is { } wanted)
            {
                unmet.Add(new UnmetLimit(controller, wanted, why));
            }
        }
    }

    public IReadOnlyList<string> Existing(string cell) =>
        [.. Roots().Select(root => Path.Combine(root, cell)).Where(Directory.Exists)];

    public IReadOnlyList<string> Cells() =>
        [
            .. Roots()
                .SelectMany(root => Directory.EnumerateDirectories(root))
                .Select(folder => Path.GetFileName(folder))
                .Distinct(),
        ];

    private IEnumerable<string> Roots() =>
        Controllers
            .Where(mounts.ContainsKey)
            .Select(controller => Path.Combine(mounts[controller], name))
            .Distinct()
            .Where(Directory.Exists);

    private static string? Set(string folder, string file, string value) => KernelFile.Write(Path.Combine(folder, file), value);

    private static string? SetMemory(string folder, Limit? limit)
    {
        var bytes = KernelFile.Count(limit);

        // Memory and swap together get the same figure: no swap.
        var both = Path.Combine(folder, "memory.memsw.limit_in_bytes");
        return Set(folder, "memory.limit_in_bytes", bytes) ?? (File.Exists(both) ? KernelFile.Write(both, bytes) : null);
    }

    private static string? SetCpu(string folder, Limit? limit) =>
        Set(folder, "cpu.cfs_period_us", KernelFile.CpuPeriod) ?? Set(folder, "cpu.cfs_quota_us", KernelFile.CpuQuota(limit));
}
