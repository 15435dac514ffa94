using System.Globalization;

namespace Creel.Adapters.Linux;

/// <summary>What can be done with the folders of one cell, of either generation.</summary>
internal static class CellCgroup
{
    /// <summary>The processes in it; none where it is gone.</summary>
    public static IReadOnlyList<int> Members(string folder) =>
        [.. KernelFile.Lines(Path.Combine(folder, "cgroup.procs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    /// <summary>Kills all that is in any of the folders; returns when none is left, or when the limit has passed.</summary>
    public static async Task KillAsync(IReadOnlyList<string> folders, TimeSpan limit, TimeProvider time)
    {
        var start = time.GetTimestamp();
        foreach (var folder in folders)
        {
            // From here on nothing in it forks any more.
            var pids = Path.Combine(folder, "pids.max");
            if (File.Exists(pids))
            {
                KernelFile.Write(pids, "0");
            }

            var kill = Path.Combine(folder, "cgroup.kill");
            if (File.Exists(kill))
            {
                KernelFile.Write(kill, "1");
            }
        }

        while (time.GetElapsedTime(start) < limit)
        {
            var left = folders.SelectMany(Members).Distinct().ToList();
            if (left.Count == 0)
            {
                return;
            }

            await ProcessKill.AllAsync(left, () => folders.SelectMany(Members).ToHashSet(), time).ConfigureAwait(false);
        }
    }

    /// <summary>True when none of them is there any more.</summary>
    public static bool Remove(IReadOnlyList<string> folders)
    {
        foreach (var folder in folders.Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Still busy, or gone in between: the answer below tells.
            }
        }

        return !folders.Any(Directory.Exists);
    }

    /// <summary>How many processes of it the kernel killed for want of memory.</summary>
    public static long OutOfMemoryKills(IReadOnlyList<string> folders) =>
        folders
            .SelectMany(folder =>
                new[] { "memory.events", "memory.oom_control" }.SelectMany(file => KernelFile.Lines(Path.Combine(folder, file)))
            )
            .Where(line => line.StartsWith("oom_kill ", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.AsSpan("oom_kill ".Length), CultureInfo.InvariantCulture));

    /// <summary>The memory limit in bytes, null where there is none.</summary>
    public static double? MemoryLimit(IReadOnlyList<string> folders) =>
        folders
            .SelectMany(folder =>
                new[] { "memory.max", "memory.limit_in_bytes" }.SelectMany(file => KernelFile.Lines(Path.Combine(folder, file)))
            )
            .Select(line => double.TryParse(line, CultureInfo.InvariantCulture, out var bytes) ? bytes : (double?)null)
            .FirstOrDefault(bytes => bytes is < 1L << 60);
}
