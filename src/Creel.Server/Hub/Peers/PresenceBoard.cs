using Creel.Core;
using Creel.Server.Hub.Seats;

namespace Creel.Server.Hub.Peers;

/// <summary>Who waits for cells to come and go.</summary>
internal sealed class PresenceBoard
{
    private readonly Lock gate = new();
    private readonly Dictionary<CellId, List<TaskCompletionSource<bool>>> waiting = [];

    public void Tell(Station station)
    {
        if (station.Presence() is not { } now)
        {
            return;
        }

        lock (gate)
        {
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
}
