using System.Net;
using System.Net.Sockets;

namespace Creel.Server.Gateway.Protocol;

/// <summary>Who showed too many wrong secrets waits, whatever he shows next. Whoever has one address of a network has all of its last 64 bits.</summary>
/// <param name="most">Within a minute.</param>
internal sealed class FailureRate(int most, TimeSpan lockout, TimeProvider time)
{
    /// <summary>Addresses that are remembered.</summary>
    public const int MostKnown = 4096;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<IPAddress, (int Count, long Since, long? Until)> failures = [];

    /// <returns>How long it has to wait; null: it need not.</returns>
    public TimeSpan? Wait(IPAddress address)
    {
        lock (failures)
        {
            return failures.TryGetValue(Network(address), out var seen) ? Left(seen.Until, time.GetTimestamp()) : null;
        }
    }

    public void Failed(IPAddress address)
    {
        var (who, now) = (Network(address), time.GetTimestamp());
        lock (failures)
        {
            if (!failures.TryGetValue(who, out var seen) && failures.Count >= MostKnown)
            {
                Forget(now);
            }

            if (seen.Count == 0 || time.GetElapsedTime(seen.Since, now) > Window)
            {
                seen = (0, now, Left(seen.Until, now) is null ? null : seen.Until);
            }

            var count = seen.Count + 1;
            var end = now + (long)(lockout.TotalSeconds * time.TimestampFrequency);
            failures[who] = (count, seen.Since, count >= most ? end : seen.Until);
        }
    }

    public void Succeeded(IPAddress address)
    {
        lock (failures)
        {
            failures.Remove(Network(address));
        }
    }

    /// <summary>One goes: the oldest of those that need not wait, so that nobody is freed by many others that fail once; else the oldest.</summary>
    private void Forget(long now) =>
        failures.Remove(failures.MinBy(f => (Left(f.Value.Until, now) is not null, f.Value.Since)).Key);

    private TimeSpan? Left(long? until, long now) =>
        until is { } end && time.GetElapsedTime(now, end) is var left && left > TimeSpan.Zero ? left : null;

    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
