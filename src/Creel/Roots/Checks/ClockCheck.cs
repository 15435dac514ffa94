using System.Globalization;
using Creel.Commands.Views;

namespace Creel.Roots.Checks;

/// <summary>The clock is not before this program was written: ids sort by time, and tasks expire by it.</summary>
internal static class ClockCheck
{
    private const string Name = "clock";

    public static CheckView Of(TimeProvider time)
    {
        var written = File.GetLastWriteTimeUtc(Environment.ProcessPath!);
        var now = time.GetUtcNow();
        return now < written.AddDays(-1)
            ? new CheckView(
                Name,
                CheckState.Failed,
                $"it shows {Day(now)}, but this program is from {Day(written)}",
                "timedatectl set-ntp true, or: date --set"
            )
            : CheckView.Fine(Name, $"it shows {Day(now)}");
    }

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
