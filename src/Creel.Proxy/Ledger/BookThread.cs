using Creel.Core;

namespace Creel.Proxy.Ledger;

/// <summary>
/// The one thread that writes the book. One transaction serves all who wait; what nobody waits for goes along, or is written a
/// little later. After a failure it tries again by itself.
/// </summary>
internal sealed class BookThread
{
    /// <summary>How long a settlement may stay off the disk, in milliseconds.</summary>
    private const long FlushEvery = 250;

    /// <summary>After a failure the disk is tried again so often, in milliseconds.</summary>
    private const long RetryEvery = 500;

    public static readonly Fault Closed = Fault.Unavailable("ledger-closed", "The book is closed: the proxy is stopping");

    private static readonly Fault NoBudget = Fault.NotFound("no-budget", "The budget was taken out in the meantime");

    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object gate;
    private readonly BookState state;
    private readonly TimeProvider time;
    private readonly Func<BookBatch, Fault?> write;
    private readonly Action<Fault?> tell;
    private long lastWrite = Environment.TickCount64;
    private bool failing;
    private bool writesAtEnd;

    /// <param name="write">Writes a batch; answers why it could not. Runs on this thread, outside of the lock.</param>
    /// <param name="tell">Told under the lock whether the disk works.</param>
    public BookThread(object gate, BookState state, TimeProvider time, Func<BookBatch, Fault?> write, Action<Fault?> tell)
    {
        (this.gate, this.state, this.time, this.write, this.tell) = (gate, state, time, write, tell);
        new Thread(Loop) { IsBackground = true, Name = "creel-book" }.Start();
    }

    /// <summary>Under the lock: nothing will be written any more.</summary>
    public bool IsStopped { get; private set; }

    public Task StopAsync(bool writes)
    {
        lock (gate)
        {
            (IsStopped, writesAtEnd) = (true, writes);
            tell(Closed);
            Monitor.Pulse(gate);
        }

        return ended.Task;
    }

    private void Loop()
    {
        while (WaitForWork() is { } batch)
        {
            Finish(batch, write(batch));
        }

        for (var more = true; more; )
        {
            BookBatch last;
            lock (gate)
            {
                last = state.Collect(time.GetUtcNow(), Environment.TickCount64, draws: false);
                more = writesAtEnd && state.IsDirty;
            }

            var fault = writesAtEnd ? write(last) : Closed;
            Finish(last, fault);
            more &= fault is null;
        }

        ended.SetResult();
    }

    private BookBatch? WaitForWork()
    {
        lock (gate)
        {
            while (!IsStopped)
            {
                var wait = Wait(Environment.TickCount64 - lastWrite);
                if (wait == 0)
                {
                    return state.Collect(time.GetUtcNow(), Environment.TickCount64, draws: true);
                }

                Monitor.Wait(gate, TimeSpan.FromMilliseconds(wait));
            }

            return null;
        }
    }

    /// <summary>Milliseconds until there is something to write; -1 is never.</summary>
    private long Wait(long sinceWrite) =>
        state.IsUrgent ? 0
        : failing ? Math.Max(0, RetryEvery - sinceWrite)
        : state.IsBehind ? 0
        : state.IsDirty ? Math.Max(0, FlushEvery - sinceWrite)
        : state.HasOpenBlocks ? (sinceWrite > BookState.Idle ? 0 : BookState.Idle + 1 - sinceWrite)
        : -1;

    private void Finish(BookBatch batch, Fault? fault)
    {
        IReadOnlyList<BookOrder> left = [];
        lock (gate)
        {
            lastWrite = Environment.TickCount64;
            failing = fault is not null;
            if (fault is null)
            {
                state.Committed(batch, time.GetUtcNow());
            }
            else
            {
                left = state.Failed(batch);
            }

            if (!IsStopped)
            {
                tell(fault);
            }
        }

        foreach (var waiter in batch.Waiters)
        {
            waiter.Done.SetResult(fault);
        }

        foreach (var order in batch.Orders.Concat(left))
        {
            order.Done.SetResult(fault ?? (order is { Purse: not null, Slots.Count: 0 } ? NoBudget : null));
        }
    }
}
