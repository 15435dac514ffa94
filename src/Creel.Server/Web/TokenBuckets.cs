using System.Net;

namespace Creel.Server.Web;

/// <summary>A token bucket for each remote address.</summary>
/// <param name="burst">So many at once.</param>
/// <param name="each">One more comes back after this.</param>
internal sealed class TokenBuckets(int burst, TimeSpan each, TimeProvider time)
{
    private const int MaxAddresses = 4096;

    private readonly Dictionary<IPAddress, (double Tokens, long At)> buckets = [];

    /// <summary>False when the address has used up what it may.</summary>
    public bool TryTake(IPAddress? address)
    {
        address ??= IPAddress.None;
        var now = time.GetTimestamp();
        lock (buckets)
        {
            var tokens = (double)burst;
            if (buckets.TryGetValue(address, out var bucket))
            {
                tokens = Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now) / each));
            }
            else if (buckets.Count >= MaxAddresses)
            {
                Forget(now);
            }

            var taken = tokens >= 1;
            buckets[address] = (taken ? tokens - 1 : tokens, now);
            return taken;
        }
    }

    /// <summary>Addresses whose bucket is full again; all of them where that frees nothing.</summary>
    private void Forget(long now)
    {
        foreach (var (address, bucket) in buckets.ToArray())
        {
            if (bucket.Tokens + (time.GetElapsedTime(bucket.At, now) / each) >= burst)
            {
                buckets.Remove(address);
            }
        }

        if (buckets.Count >= MaxAddresses)
        {
            buckets.Clear();
        }
    }
}
