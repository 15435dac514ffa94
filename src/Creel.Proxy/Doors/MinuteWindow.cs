namespace Creel.Proxy.Doors;

/// <summary>How much there was in the last minute, by the second.</summary>
internal sealed class MinuteWindow(TimeProvider time)
{
    private const int Slots = 60;
    private readonly Lock gate = new();
    private readonly long[] amounts = new long[Slots];
    private long newest;
    private long sum;

    /// <summary>All that is counted now.</summary>
    public long Sum
    {
        get
        {
            lock (gate)
            {
                Forget(Now);
                return sum;
            }
        }
    }

    private long Now => time.GetTimestamp() / time.TimestampFrequency;

    /// <summary>Counts it, where that stays within the limit.</summary>
    /// <returns>Null: it is counted. Otherwise the seconds after which it would be; a minute where it never would.</returns>
    public int? TryAdd(long amount, long limit) => TryAdd(amount, limit, out _);

    /// <param name="second">In which it was counted.</param>
    public int? TryAdd(long amount, long limit, out long second)
    {
        lock (gate)
        {
            second = Now;
            Forget(second);
            if (amount <= limit - sum)
            {
                Count(amount, second);
                return null;
            }

            var left = sum;
            for (var age = Slots - 1; age >= 0; age--)
            {
                left -= amounts[((second - age) % Slots + Slots) % Slots];
                if (amount <= limit - left)
                {
                    return Slots - age;
                }
            }

            return Slots;
        }
    }

    /// <summary>Counts it, whatever the limit.</summary>
    public void Add(long amount)
    {
        lock (gate)
        {
            var now = Now;
            Forget(now);
            Count(amount, now);
        }
    }

    /// <summary>Takes off what was counted in that second, if it still is.</summary>
    public void GiveBack(long amount, long second)
    {
        lock (gate)
        {
            Forget(Now);
            if (second > newest - Slots)
            {
                Count(-amount, second);
            }
        }
    }

    private void Count(long amount, long second)
    {
        amounts[second % Slots] += amount;
        sum += amount;
    }

    private void Forget(long now)
    {
        for (var second = Math.Max(newest + 1, now - Slots + 1); second <= now; second++)
        {
            sum -= amounts[second % Slots];
            amounts[second % Slots] = 0;
        }

        newest = Math.Max(newest, now);
    }
}
