namespace Creel.Tests;

/// <summary>Waits for a condition that nothing announces.</summary>
public static class Eventually
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    public static Task Until(Func<bool> condition, TimeSpan? deadline = null) =>
        Until(() => Task.FromResult(condition()), deadline);

    public static async Task Until(Func<Task<bool>> condition, TimeSpan? deadline = null)
    {
        using var over = new CancellationTokenSource(deadline ?? Usual);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(over.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException("The condition did not come true in time");
            }
        }
    }
}
