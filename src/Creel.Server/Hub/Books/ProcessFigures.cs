using System.Diagnostics;
using System.Text;

namespace Creel.Server.Hub.Books;

/// <summary>The usual figures about a process.</summary>
internal static class ProcessFigures
{
    public static void Write(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        Gauge(
            text,
            "process_cpu_user_seconds_total",
            "counter",
            "User CPU time in seconds",
            process.UserProcessorTime.TotalSeconds
        );
        Gauge(
            text,
            "process_cpu_system_seconds_total",
            "counter",
            "System CPU time in seconds",
            process.PrivilegedProcessorTime.TotalSeconds
        );
        Gauge(text, "process_cpu_seconds_total", "counter", "CPU time in seconds", process.TotalProcessorTime.TotalSeconds);
        Gauge(
            text,
            "process_start_time_seconds",
            "gauge",
            "Start of the process since 1970",
            (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds
        );
        Gauge(text, "process_resident_memory_bytes", "gauge", "Resident memory", process.WorkingSet64);
        Gauge(text, "process_virtual_memory_bytes", "gauge", "Virtual memory", process.VirtualMemorySize64);
        Gauge(text, "process_heap_bytes", "gauge", "Managed heap", GC.GetTotalMemory(false));
        Gauge(text, "process_open_fds", "gauge", "Open file descriptors", OpenFiles());
    }

    private static int OpenFiles()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static void Gauge(StringBuilder text, string name, string type, string help, double value)
    {
        MetricsText.Head(text, name, type, help);
        MetricsText.Line(text, name, value);
    }
}
