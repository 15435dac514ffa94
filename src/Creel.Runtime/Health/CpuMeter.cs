using System.Globalization;

namespace Creel.Runtime.Health;

/// <summary>
/// How busy the processors were between two samples: of this cell where its control group tells, else of the machine.
/// </summary>
internal sealed class CpuMeter(ControlGroup group)
{
    private (double Busy, double All)? before;

    /// <summary>Percent of all processors; 0 at the first sample.</summary>
    public double Sample(TimeSpan now)
    {
        var current = Read(now);
        var (busy, all) = before is { } last ? (current.Busy - last.Busy, current.All - last.All) : (0, 0);
        before = current;
        return all > 0 ? Math.Round(Math.Clamp(100 * busy / all, 0, 100), 2) : 0;
    }

    private (double Busy, double All) Read(TimeSpan now)
    {
        if (group.CpuSeconds() is { } seconds)
        {
            return (seconds, now.TotalSeconds * Environment.ProcessorCount);
        }

        // "cpu  user nice system idle iowait irq softirq steal …"; guest time is in user already.
        var words = SystemFile.Text("/proc/stat").Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ticks = words.Skip(1).Take(8).Select(w => double.Parse(w, CultureInfo.InvariantCulture)).ToArray();
        var idle = ticks.Length > 4 ? ticks[3] + ticks[4] : 0;
        return (ticks.Sum() - idle, ticks.Sum());
    }
}
