namespace Creel.Proxy.Doors;

/// <summary>How much there was in the last minute, by the second.</summary>
internal sealed class MinuteWindow(TimeProvider time)
{
    private const int Slots = 60;
    private readonly Lock gate = new();
    private readonly long[] amounts = new long[Slots];
    private long newest;
    private long sum;

    /// <summary>Counts it, where that stays within the limit.</summary>
    /// <returns>Null: it is counted. Otherwise the seconds after which it would be; a minute where it never would.</returns>
    public int? TryAdd(long amount, long limit)
    {
        lock (gate)
        {
            var now = time.GetTimestamp() / time.TimestampFrequency;
            Forget(now);
            if (amount <= limit - sum)
            {
                amounts[now % Slots] += amount;
                sum += amount;
                return null;
            }

            var left = sum;
            for (var age = Slots - 1; age >= 0; age--)
            {
                left -= amounts[((now - age) % Slots + Slots) % Slots];
                if (amount <= limit - left)
                {
                    return Slots - age;
                }
            }

            return Slots;
        }
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
