namespace Creel.Runtime.Streams;

/// <summary>How many bytes the other side will still take; sending waits for more.</summary>
internal sealed class Credit(int initial)
{
    private readonly Lock gate = new();
    private long available = initial;
    private TaskCompletionSource? more;

    /// <summary>Nobody grants so much by honest counting.</summary>
    public const long Most = 1L << 30;

    /// <summary>False: the sum is absurd.</summary>
    public bool Grant(uint bytes)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (available + bytes > Most)
            {
                return false;
            }

            available += bytes;
            waiting = more;
            more = null;
        }

        waiting?.TrySetResult();
        return true;
    }

    /// <summary>Takes at least 1 and at most <paramref name="wanted"/>.</summary>
    public async ValueTask<int> TakeAsync(int wanted, CancellationToken cancel)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (available > 0)
                {
                    var taken = (int)Math.Min(wanted, available);
                    available -= taken;
                    return taken;
                }

                more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = more.Task;
            }

            await wait.WaitAsync(cancel).ConfigureAwait(false);
        }
    }
}
