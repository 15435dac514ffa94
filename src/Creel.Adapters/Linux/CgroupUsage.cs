using System.Globalization;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>What the kernel counts for the folders of one cell, of either generation.</summary>
internal static class CgroupUsage
{
    /// <summary>Null where no folder counts anything.</summary>
    public static CellUsage? Of(IReadOnlyList<string> folders)
    {
        // Version 2 has all in one folder; version 1 has one for each controller.
        var usage = new CellUsage(Memory(folders), Cpu(folders), Number(folders, "pids.current"));
        return usage is { Memory: null, Cpu: null, Pids: null } ? null : usage;
    }

    private static long? Memory(IReadOnlyList<string> folders)
    {
        var all = Number(folders, "memory.current") ?? Number(folders, "memory.usage_in_bytes");
        // What files left in memory and nobody uses is given back at once when somebody wants it.
        var idle = Field(folders, "memory.stat", "total_inactive_file") ?? Field(folders, "memory.stat", "inactive_file") ?? 0;
        return all is { } bytes ? Math.Max(0, bytes - idle) : null;
    }

    private static TimeSpan? Cpu(IReadOnlyList<string> folders)
    {
        if (Field(folders, "cpu.stat", "usage_usec") is { } microseconds)
        {
            return TimeSpan.FromMicroseconds(microseconds);
        }

        return Number(folders, "cpuacct.usage") is { } nanoseconds ? TimeSpan.FromMicroseconds(nanoseconds / 1000.0) : null;
    }

    private static long? Number(IReadOnlyList<string> folders, string file) =>
        folders
            .SelectMany(folder => KernelFile.Lines(Path.Combine(folder, file)))
            .Select(line => long.TryParse(line, CultureInfo.InvariantCulture, out var number) ? number : (long?)null)
            .FirstOrDefault();

    private static long? Field(IReadOnlyList<string> folders, string file, string name) =>
        folders
            .SelectMany(folder => KernelFile.Lines(Path.Combine(folder, file)))
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal))
            .Select(line =>
                long.TryParse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture, out var n) ? n : (long?)null
            )
            .FirstOrDefault();
}
