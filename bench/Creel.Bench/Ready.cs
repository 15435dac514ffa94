using System.Diagnostics;

namespace Creel.Bench;

/// <summary>Waits for something that another process makes.</summary>
internal static class Ready
{
    public static async Task WhenAsync(Func<bool> condition)
    {
        var begun = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException("a process that the bench needs did not get ready");
            }

            await tick.WaitForNextTickAsync();
        }
    }
}
