namespace Creel.Runtime.Work;

/// <summary>
/// Gives memory back some seconds after the last task: most cells are idle most of the time, and one large result would
/// else be paid for until the next one.
/// </summary>
internal sealed class IdleMemory(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private ITimer? timer;

    /// <summary>Something runs again.</summary>
    public void Busy() => Set(Timeout.InfiniteTimeSpan);

    public void Idle() => Set(Calm);

    public void Dispose() => timer?.Dispose();

    private void Set(TimeSpan due)
    {
        lock (gate)
        {
            timer ??= time.CreateTimer(
                _ => GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true),
                null,
                due,
                Timeout.InfiniteTimeSpan
            );
            timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }
}
