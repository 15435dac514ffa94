using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Creel.Core.Link;
using Creel.Runtime.Link;
using Creel.Runtime.Setups;
using Creel.Runtime.Work;

namespace Creel.Runtime.Health;

/// <summary>Tells the hub how the cell is: on each welcome, and then as often as the hub asked for.</summary>
internal sealed class HealthSampler(
    Outbox outbox,
    Func<string> workspace,
    Func<BrainHealth?> brain,
    CellSetup setup,
    TimeProvider time
) : IDisposable
{
    private readonly ControlGroup group = new();
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private CpuMeter? cpu;
    private ITimer? timer;

    /// <param name="seconds">0 or less: 30.</param>
    public void Start(int seconds)
    {
        var period = TimeSpan.FromSeconds(Math.Clamp(seconds <= 0 ? 30 : seconds, 1, 3600));
        lock (gate)
        {
            timer ??= time.CreateTimer(_ => Send(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Change(period, period);
        }

        Send();
    }

    /// <summary>Something has changed that is worth a report of its own.</summary>
    public void Tell()
    {
        lock (gate)
        {
            if (timer is null)
            {
                return;
            }
        }

        Send();
    }

    public void Dispose() => timer?.Dispose();

    /// <summary>The fields of the older runtimes: sizes in MB, times in seconds, shares in percent.</summary>
    public byte[] Sample()
    {
        lock (gate)
        {
            var uptime = time.GetElapsedTime(started);
            cpu ??= new CpuMeter(group);
            return ResponseBody.Write(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("cpu", cpu.Sample(uptime));
                var (memoryUsed, memoryTotal) = Memory();
                WriteShare(json, "memory", memoryUsed, memoryTotal);
                var (diskUsed, diskTotal) = Disk();
                WriteShare(json, "disk", diskUsed, diskTotal);
                json.WriteNumber("uptime", Math.Round(uptime.TotalSeconds, 3));
                json.WriteNumber("systemUptime", Numbers("/proc/uptime").FirstOrDefault());
                json.WriteStartArray("loadAverage");
                foreach (var load in Numbers("/proc/loadavg").Take(3))
                {
                    json.WriteNumberValue(load);
                }

                json.WriteEndArray();
                json.WriteString("platform", "linux");
                json.WriteString("arch", RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
                json.WriteString("hostname", Environment.MachineName);
                WriteScope(json);
                brain()?.Write(json);
                setup.Write(json);
                json.WriteNumber("timestamp", time.GetUtcNow().ToUnixTimeMilliseconds());
                json.WriteEndObject();
            });
        }
    }

    /// <summary>Whose numbers these are: most of /proc speaks of the whole machine, in a cell as well.</summary>
    private void WriteScope(Utf8JsonWriter json)
    {
        json.WriteStartObject("scope");
        json.WriteString("cpu", group.CpuSeconds() is null ? "machine" : "cell");
        json.WriteString("memory", group.Memory() is null ? "machine" : "cell");
        json.WriteString("disk", "filesystem");
        json.WriteString("loadAverage", "machine");
        json.WriteString("uptime", "runtime");
        json.WriteEndObject();
    }

    private void Send() => outbox.Post(MessageTypes.Health, Sample());

    private (long Used, long Total) Memory()
    {
        if (group.Memory() is { } limited)
        {
            return limited;
        }

        var text = SystemFile.Text("/proc/meminfo");
        var total = (SystemFile.Field(text, "MemTotal") ?? 0) * 1024;
        return (total - ((SystemFile.Field(text, "MemAvailable") ?? 0) * 1024), total);
    }

    private (long Used, long Total) Disk()
    {
        try
        {
            var drive = new DriveInfo(workspace());
            return (drive.TotalSize - drive.TotalFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (0, 0);
        }
    }

    private static void WriteShare(Utf8JsonWriter json, string name, long used, long total)
    {
        const double Megabyte = 1024 * 1024;
        json.WriteStartObject(name);
        json.WriteNumber("total", Math.Round(total / Megabyte));
        json.WriteNumber("used", Math.Round(used / Megabyte));
        json.WriteNumber("free", Math.Round((total - used) / Megabyte));
        json.WriteNumber("usagePercent", total > 0 ? Math.Round(100.0 * used / total, 2) : 0);
        json.WriteEndObject();
    }

    private static IEnumerable<double> Numbers(string file) =>
        SystemFile
            .Text(file)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(w => double.TryParse(w, CultureInfo.InvariantCulture, out var number) ? number : 0);
}
