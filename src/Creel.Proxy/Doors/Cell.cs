using System.Collections.Concurrent;
using Creel.Core.Outbound;

namespace Creel.Proxy.Doors;

/// <summary>
/// A cell for as long as it is in the orders. Set on each of its connections: the socket proves the cell, and nothing that is
/// said on it can.
/// </summary>
internal sealed class Cell(CellOrders orders, TimeProvider time)
{
    /// <summary>Calls under way where the orders set no limit: each holds sockets and memory of a proxy that is there for all.</summary>
    public const int UsualCalls = 1024;

    private volatile CellOrders orders = orders;
    private int calls;

    /// <summary>As they are now.</summary>
    public CellOrders Orders => orders;

    /// <summary>All that is public is let through, and written down.</summary>
    public bool Learns => orders.Learn && (orders.LearnUntil is not { } until || time.GetUtcNow() < until);

    public MinuteWindow Requests { get; } = new(time);

    public TokenMinute Tokens { get; } = new(time);

    /// <summary>What it was refused: who is refused all the time fills no disk.</summary>
    public MinuteWindow Refusals { get; } = new(time);

    /// <summary>Calls under way.</summary>
    public int Calls => Volatile.Read(ref calls);

    /// <summary>One of its large requests is read at a time.</summary>
    public SemaphoreSlim Reading { get; } = new(1);

    /// <summary>Calls under way, at most.</summary>
    public int MostCalls => orders.Limits.Concurrent ?? UsualCalls;

    /// <summary>Bytes of requests that are held for it.</summary>
    public ByteRoom Room { get; } = new(ByteRoom.OfACell);

    public Rests Rests { get; } = new();

    /// <summary>What it reached while it learned.</summary>
    public ConcurrentDictionary<EgressRule, bool> Learned { get; } = new();

    public void Change(CellOrders now)
    {
        if (now.Learn && !orders.Learn)
        {
            Learned.Clear();
        }

        orders = now;
    }

    /// <summary>False: it has as many under way as it may.</summary>
    public bool TryBegin()
    {
        if (Interlocked.Increment(ref calls) <= MostCalls)
        {
            return true;
        }

        End();
        return false;
    }

    public void End() => Interlocked.Decrement(ref calls);
}
