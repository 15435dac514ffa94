using System.Globalization;

namespace Creel.Bench;

/// <summary>What the kernel says of another process.</summary>
internal static class ProcessFacts
{
    /// <summary>Processor time of all its threads, those that ended too, in µs; exact to 10 ms.</summary>
    public static double ProcessorMicroseconds(int pid)
    {
        // After the program's name, which may have blanks: the 12th and 13th field, in hundredths of a second.
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
        return 10_000.0
            * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture));
    }

    /// <summary>Resident, in KiB.</summary>
    public static double ResidentKibibytes(int pid) =>
        double.Parse(
            File.ReadLines($"/proc/{pid}/status")
                .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        );
}
