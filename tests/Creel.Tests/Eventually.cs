namespace Creel.Tests;

/// <summary>Waits for what must come true, without a fixed sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    public static Task Until(Func<bool> condition, TimeSpan? deadline = null) =>
        Until(() => Task.FromResult(condition()), deadline);

    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static async Task Until(Func<Task<bool>> condition, TimeSpan? deadline = null)
    {
        using var limit = new CancellationTokenSource(deadline ?? Usual);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            try
            {
                await tick.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException("the condition did not come true in time");
            }
        }
    }
}
