namespace Creel.Server.Web;

/// <summary>A token bucket for each caller.</summary>
/// <param name="burst">So many at once.</param>
/// <param name="each">One more comes back after this.</param>
internal sealed class TokenBuckets<T>(int burst, TimeSpan each, TimeProvider time)
    where T : notnull
{
    private const int MostCallers = 4096;

    private readonly Dictionary<T, (double Tokens, long At)> buckets = [];

    /// <summary>False when the caller has used up what it may.</summary>
    public bool TryTake(T caller)
    {
        var now = time.GetTimestamp();
        lock (buckets)
        {
            var tokens = (double)burst;
            if (buckets.TryGetValue(caller, out var bucket))
            {
                tokens = Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now) / each));
            }
            else if (buckets.Count >= MostCallers)
            {
                Forget(now);
            }

            var taken = tokens >= 1;
            buckets[caller] = (taken ? tokens - 1 : tokens, now);
            return taken;
        }
    }

    /// <summary>Callers whose bucket is full again; all of them where that frees nothing.</summary>
    private void Forget(long now)
    {
        foreach (var (caller, bucket) in buckets.ToArray())
        {
            if (bucket.Tokens + (time.GetElapsedTime(bucket.At, now) / each) >= burst)
            {
                buckets.Remove(caller);
            }
        }

        if (buckets.Count >= MostCallers)
        {
            buckets.Clear();
        }
    }
}
