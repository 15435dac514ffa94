namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>A clock that goes on when it is told.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly Lock all = new();
    private readonly List<Alarm> alarms = [];
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public void Step(TimeSpan by)
    {
        List<Alarm> due;
        lock (all)
        {
            now += by;
            due = [.. alarms.Where(a => a.At <= now)];
            alarms.RemoveAll(due.Contains);
        }

        due.ForEach(a => a.Ring());
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (all)
        {
            return now;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(SteppedTime owner, Action ring) : ITimer
    {
        public DateTimeOffset At { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner.all)
            {
                owner.alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    At = owner.now + dueTime;
                    owner.alarms.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
