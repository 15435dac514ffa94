using System.Net;

namespace Creel.Server.Gateway.Protocol;

/// <summary>Who showed too many wrong secrets waits, whatever he shows next.</summary>
/// <param name="most">Within a minute.</param>
internal sealed class FailureRate(int most, TimeSpan lockout, TimeProvider time)
{
    private const int MostAddresses = 4096;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<IPAddress, (int Count, long Since, long? Until)> failures = [];

    /// <returns>How long it has to wait; null: it need not.</returns>
    public TimeSpan? Wait(IPAddress address)
    {
        lock (failures)
        {
            if (!failures.TryGetValue(address, out var seen) || seen.Until is not { } until)
            {
                return null;
            }

            var left = time.GetElapsedTime(time.GetTimestamp(), until);
            return left > TimeSpan.Zero ? left : null;
        }
    }

    public void Failed(IPAddress address)
    {
        var now = time.GetTimestamp();
        lock (failures)
        {
            if (!failures.TryGetValue(address, out var seen) || time.GetElapsedTime(seen.Since, now) > Window)
            {
                seen = (0, now, null);
            }

            var count = seen.Count + 1;
            if (failures.Count >= MostAddresses)
            {
                failures.Clear();
            }

            var end = now + (long)(lockout.TotalSeconds * time.TimestampFrequency);
            failures[address] = (count, seen.Since, count >= most ? end : null);
        }
    }

    public void Succeeded(IPAddress address)
    {
        lock (failures)
        {
            failures.Remove(address);
        }
    }
}
