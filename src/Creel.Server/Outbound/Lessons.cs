using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Outbound;

namespace Creel.Server.Outbound;

/// <summary>
/// Which groups learn at the moment. A lesson is a lease: the proxy is told of its end, a little ahead, again and again for as long
/// as whoever asked for it is there. So it lapses with them, and also when we are killed.
/// </summary>
public sealed class Lessons(TimeProvider time)
{
    /// <summary>How long the proxy goes on by itself at most.</summary>
    internal static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);

    /// <summary>The end moves on in steps: with each the proxy gets new orders.</summary>
    private static readonly long Step = TimeSpan.FromSeconds(10).Ticks;

    private readonly ConcurrentDictionary<GroupId, DateTimeOffset> ends = new();

    /// <exception cref="CreelException">The group learns already.</exception>
    public void Begin(GroupId group, DateTimeOffset end)
    {
        if (!ends.TryAdd(group, end))
        {
            throw new CreelException(
                Fault.Conflict("learning", $"the group {group} learns already", "end the other creel egress learn first")
            );
        }
    }

    public void End(GroupId group) => ends.TryRemove(group, out _);

    public bool IsOn(GroupId group) => Lease(group) is not null;

    /// <summary>The orders with what is to be learned now.</summary>
    public ProxyOrders In(ProxyOrders orders) =>
        ends.IsEmpty
            ? orders
            : orders with
            {
                Cells =
                [
                    .. orders.Cells.Select(c => Lease(c.Group) is { } until ? c with { Learn = true, LearnUntil = until } : c),
                ],
            };

    private DateTimeOffset? Lease(GroupId group)
    {
        var now = time.GetUtcNow();
        if (!ends.TryGetValue(group, out var end) || end <= now)
        {
            return null;
        }

        var lease = new DateTimeOffset(now.UtcTicks - now.UtcTicks % Step, TimeSpan.Zero) + Ahead;
        return lease < end ? lease : end;
    }
}
