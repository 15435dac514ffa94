using System.Collections.Concurrent;
using System.Net;

namespace Creel.Proxy.Doors;

/// <summary>
/// Requests on the compatibility port without a token that is known. An address that makes many is not heard for a minute. This
/// machine's own is not shut out, since all its programs have the same one: a wrong one could keep the right ones from their
/// work. Guessing is as hopeless there; it only gets no answer any more.
/// </summary>
internal sealed class WrongTries(TimeProvider time)
{
    /// <summary>In a minute, of one address.</summary>
    public const int Most = 30;

    /// <summary>So many are told apart; what comes after shares one count until the minute is over.</summary>
    private const int MostAddresses = 4096;

    private static readonly IPAddress Others = IPAddress.None;
    private readonly ConcurrentDictionary<IPAddress, MinuteWindow> tries = new();
    private readonly Lock gate = new();
    private long emptied = time.GetTimestamp();
    private long count;

    /// <summary>All of them, since the start.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>Its requests are not even looked at.</summary>
    public bool IsShutOut(IPAddress address) =>
        !IPAddress.IsLoopback(address)
        && tries.TryGetValue(Of(address), out var window)
        && window.TryAdd(0, Most - 1) is not null;

    /// <returns>True: it has had an answer often enough.</returns>
    public bool Add(IPAddress address)
    {
        Interlocked.Increment(ref count);
        return Window(Of(address)).TryAdd(1, Most) is not null;
    }

    private MinuteWindow Window(IPAddress address)
    {
        lock (gate)
        {
            if (tries.Count >= MostAddresses && time.GetElapsedTime(emptied) > TimeSpan.FromMinutes(1))
            {
                tries.Clear();
                emptied = time.GetTimestamp();
            }

            return tries.GetOrAdd(
                tries.Count < MostAddresses || tries.ContainsKey(address) ? address : Others,
                _ => new MinuteWindow(time)
            );
        }
    }

    /// <summary>Of IPv6 the net counts: one machine has as many addresses in it as it likes.</summary>
    private static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        if (bytes.Length == 4)
        {
            return address;
        }

        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
