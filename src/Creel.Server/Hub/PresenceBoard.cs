using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Creel.Core;

namespace Creel.Server.Hub;

/// <summary>Who waits for cells to come and go.</summary>
internal sealed class PresenceBoard
{
    private readonly Lock gate = new();
    private readonly List<Channel<CellPresence>> listeners = [];
    private readonly Dictionary<CellId, List<TaskCompletionSource<bool>>> waiting = [];

    public void Tell(Station station)
    {
        if (station.Presence() is not { } now)
        {
            return;
        }

        lock (gate)
        {
            listeners.ForEach(l => l.Writer.TryWrite(now));
            if (now.Connected && waiting.Remove(now.Cell, out var waiters))
            {
                waiters.ForEach(w => w.TrySetResult(true));
            }
        }
    }

    /// <summary>The cell's door is closed: nobody comes any more.</summary>
    public void Gone(CellId cell)
    {
        lock (gate)
        {
            if (waiting.Remove(cell, out var waiters))
            {
                waiters.ForEach(w => w.TrySetResult(false));
            }
        }
    }

    public async Task<bool> WaitAsync(CellId cell, Func<bool> connected, CancellationToken cancel)
    {
        var source = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (!waiting.TryGetValue(cell, out var waiters))
            {
                waiting[cell] = waiters = [];
            }

            waiters.Add(source);
        }

        try
        {
            return connected() || await source.Task.WaitAsync(cancel);
        }
        finally
        {
            lock (gate)
            {
                if (waiting.TryGetValue(cell, out var waiters) && waiters.Remove(source) && waiters.Count == 0)
                {
                    waiting.Remove(cell);
                }
            }
        }
    }

    public async IAsyncEnumerable<CellPresence> WatchAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        // A reader that sleeps loses the oldest news, never the newest.
        var channel = Channel.CreateBounded<CellPresence>(
            new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        lock (gate)
        {
            listeners.Add(channel);
        }

        try
        {
            await foreach (var presence in channel.Reader.ReadAllAsync(cancel))
            {
                yield return presence;
            }
        }
        finally
        {
            lock (gate)
            {
                listeners.Remove(channel);
            }
        }
    }
}
