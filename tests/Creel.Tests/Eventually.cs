using System.Diagnostics;

namespace Creel.Tests;

/// <summary>Waits for what happens elsewhere, by looking again.</summary>
public static class Eventually
{
    public static Task Until(Func<bool> condition, TimeSpan? deadline = null) =>
        Until(() => Task.FromResult(condition()), deadline);

    public static async Task Until(Func<Task<bool>> condition, TimeSpan? deadline = null)
    {
        var limit = deadline ?? TimeSpan.FromSeconds(30);
        var begun = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(begun) > limit)
            {
                throw new TimeoutException($"it did not become true within {limit.TotalSeconds:0} s");
            }

            await tick.WaitForNextTickAsync();
        }
    }
}
