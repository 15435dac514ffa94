using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Creel.Adapters.Linux;

/// <summary>What the kernel says of what it did. Only root reads it on most systems.</summary>
internal static class KernelLog
{
    private const ulong ReadNonBlocking = 0x80000 | 0x800;
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    /// <summary>A control group with this in its name lost a process for want of memory just now.</summary>
    public static bool OutOfMemoryIn(string group)
    {
        var uptime = KernelFile.Lines("/proc/uptime").FirstOrDefault()?.Split(' ')[0];
        return double.TryParse(uptime, CultureInfo.InvariantCulture, out var seconds)
            && OutOfMemoryIn(Records(), group, TimeSpan.FromSeconds(seconds) - Recent);
    }

    /// <param name="records">As <c>/dev/kmsg</c> gives them: priority, number, microseconds since boot and flags; then the text.</param>
    internal static bool OutOfMemoryIn(IEnumerable<string> records, string group, TimeSpan since) =>
        records.Any(record =>
            record.Contains("oom-kill:", StringComparison.Ordinal)
            && record.Contains(group, StringComparison.Ordinal)
            && record.Split(',', 4) is [_, _, var time, _]
            && long.TryParse(time, CultureInfo.InvariantCulture, out var microseconds)
            && TimeSpan.FromMicroseconds(microseconds) >= since
        );

    private static unsafe List<string> Records()
    {
        var records = new List<string>();
        var descriptor = Libc.OpenBeneath(-100, "/dev/kmsg\0"u8, new(ReadNonBlocking, 0, 0));
        if (descriptor < 0)
        {
            return records;
        }

        using var log = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true);
        var buffer = new byte[8192];
        while (true)
        {
            // One record a call. Where a record was overwritten meanwhile, the next call goes on with the oldest there is.
            nint length;
            fixed (byte* into = buffer)
            {
                length = Libc.read(descriptor, into, (nuint)buffer.Length);
            }

            if (length > 0)
            {
                records.Add(Encoding.UTF8.GetString(buffer, 0, (int)length));
            }
            else if (length == 0 || Marshal.GetLastPInvokeError() != OverwrittenMeanwhile)
            {
                return records;
            }
        }
    }

    // EPIPE.
    private const int OverwrittenMeanwhile = 32;
}
