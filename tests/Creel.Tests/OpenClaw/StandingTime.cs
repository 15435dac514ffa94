namespace Creel.Tests.OpenClaw;

/// <summary>A clock that stands until all that is waited for on it is over at once.</summary>
internal sealed class StandingTime : TimeProvider
{
    private readonly Lock all = new();
    private readonly List<Alarm> alarms = [];

    /// <summary>Every time that anybody waits for passes.</summary>
    public void Pass()
    {
        List<Alarm> due;
        lock (all)
        {
            due = [.. alarms];
            alarms.Clear();
        }

        due.ForEach(a => a.Ring());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(StandingTime owner, Action ring) : ITimer
    {
        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner.all)
            {
                owner.alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
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
