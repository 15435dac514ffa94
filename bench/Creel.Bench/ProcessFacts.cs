using System.Globalization;

namespace Creel.Bench;

/// <summary>What the kernel says of another process.</summary>
internal static class ProcessFacts
{
    /// <summary>Processor time of its threads, in µs.</summary>
    public static double ProcessorMicroseconds(int pid) =>
        Directory
            .EnumerateDirectories($"/proc/{pid}/task")
            .Sum(thread =>
                long.Parse(File.ReadAllText($"{thread}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000.0
            );

    /// <summary>Resident, in KiB.</summary>
    public static double ResidentKibibytes(int pid) =>
        double.Parse(
            File.ReadLines($"/proc/{pid}/status")
                .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        );
}
