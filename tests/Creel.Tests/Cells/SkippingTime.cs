using System.Collections.Concurrent;

namespace Creel.Tests.Cells;

/// <summary>A clock on which every wait is over at once, and on which as much time has passed then.</summary>
internal sealed class SkippingTime : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

    /// <summary>How long was waited each time.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public void Skip(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Enqueue(dueTime);
        Skip(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
