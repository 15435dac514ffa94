using System.Globalization;
using System.Text;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Reads and writes the kernel's small files; a refusal comes back as words, since one may go on without.</summary>
internal static class KernelFile
{
    /// <summary>Microseconds in which a CPU quota is spent.</summary>
    public const string CpuPeriod = "100000";

    private const long LeastQuota = 1000;

    /// <summary>Null when done, else why not.</summary>
    public static string? Write(string path, string value)
    {
        try
        {
            // Without buffering, so that the kernel's answer is heard here and not when the stream closes.
            using var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes(value), 0);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} can't be set to {value}";
        }
    }

    /// <summary>Null when it is there, else why not.</summary>
    public static string? MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} can't be made";
        }
    }

    public static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static string Count(Limit? limit) => limit is { } l ? ((long)l.Value).ToString(CultureInfo.InvariantCulture) : "max";

    /// <summary>Microseconds of CPU in each period; the kernel takes no less than 1,000.</summary>
    public static string CpuQuota(Limit? limit) =>
        limit is { } l
            ? Math.Max(LeastQuota, (long)(l.Value * long.Parse(CpuPeriod, CultureInfo.InvariantCulture)))
                .ToString(CultureInfo.InvariantCulture)
            : "max";
}
