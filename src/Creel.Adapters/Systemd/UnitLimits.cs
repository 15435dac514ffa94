using System.Globalization;
using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>Limits as a unit says them, and whether the kernel has them: where systemd can't set one, it does not say so.</summary>
internal static class UnitLimits
{
    public static IReadOnlyList<string> Lines(ResourceLimits limits) =>
        [
            $"MemoryMax={(limits.Memory is { } memory ? Whole(memory) : "infinity")}",
            .. limits.Memory is null ? Array.Empty<string>() : ["MemorySwapMax=0"],
            .. limits.Cpu is { } cpu
                ? [string.Create(CultureInfo.InvariantCulture, $"CPUQuota={Math.Max(1, cpu.Value * 100):0.##}%")]
                : Array.Empty<string>(),
            $"TasksMax={(limits.Pids is { } pids ? Whole(pids) : "infinity")}",
        ];

    /// <summary>The limits that these control groups do not have.</summary>
    public static IReadOnlyList<UnmetLimit> Unmet(IReadOnlyList<string> folders, ResourceLimits limits)
    {
        var unmet = new List<UnmetLimit>();
        Check("memory", limits.Memory, Number(folders, "memory.max") ?? Number(folders, "memory.limit_in_bytes"));
        Check("cpu", limits.Cpu, Cores(folders));
        Check("pids", limits.Pids, Number(folders, "pids.max"));
        return unmet;

        void Check(string name, Limit? limit, double? found)
        {
            if (limit is not { } wanted)
            {
                return;
            }

            if (wanted.Value <= 0)
            {
                unmet.Add(new UnmetLimit(name, wanted, "it is not above zero"));
            }
            else if (found is null)
            {
                unmet.Add(new UnmetLimit(name, wanted, "systemd has no control group for it here"));
            }
            else if (found > wanted.Value * 1.001 + 0.01)
            {
                unmet.Add(new UnmetLimit(name, wanted, "systemd did not set it"));
            }
        }
    }

    private static string Whole(Limit limit) => ((long)limit.Value).ToString(CultureInfo.InvariantCulture);

    private static double? Cores(IReadOnlyList<string> folders)
    {
        var both = Words(folders, "cpu.max");
        if (both is [var quota, var period])
        {
            return quota == "max" ? double.PositiveInfinity : Parse(quota) / Parse(period);
        }

        return Number(folders, "cpu.cfs_quota_us") is { } each
            ? each < 0
                ? double.PositiveInfinity
                : each / Number(folders, "cpu.cfs_period_us")
            : null;
    }

    private static double? Number(IReadOnlyList<string> folders, string file) =>
        Words(folders, file) is [var word] ? (word == "max" ? double.PositiveInfinity : Parse(word)) : null;

    private static string[] Words(IReadOnlyList<string> folders, string file) =>
        folders.SelectMany(folder => KernelFile.Lines(Path.Combine(folder, file))).FirstOrDefault()?.Split(' ') ?? [];

    private static double Parse(string word) => double.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
