namespace Creel.Tests.Hub;

/// <summary>Holds the first that comes by until it is told to go on; the others pass.</summary>
internal sealed class Pause
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource going = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int passed;

    /// <summary>Somebody is held.</summary>
    public Task Reached => reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Go() => going.TrySetResult();

    public Task PassAsync()
    {
        if (Interlocked.Exchange(ref passed, 1) == 1)
        {
            return Task.CompletedTask;
        }

        reached.SetResult();
        return going.Task;
    }
}
