namespace Creel.Server.Hub.Links;

/// <summary>
/// Bytes that the hub holds in memory of what one cell sends: messages that are not whole yet, and results that are not on disk
/// yet. Bounded, however many links the cell opens.
/// </summary>
internal sealed class Intake
{
    /// <summary>One message of the longest kind, and what smaller ones need beside it.</summary>
    private const long Most = 40L * 1024 * 1024;

    /// <summary>With more results than this in hand, no more is read.</summary>
    private const long MostResults = 32L * 1024 * 1024;

    private readonly Lock gate = new();
    private long unfinished;
    private long results;
    private TaskCompletionSource? room;

    /// <summary>Room for more of a message that is not whole yet; false where there is none.</summary>
    public bool TryTake(long bytes)
    {
        lock (gate)
        {
            if (unfinished + bytes > Most)
            {
                return false;
            }

            unfinished += bytes;
            return true;
        }
    }

    public void Give(long bytes)
    {
        lock (gate)
        {
            unfinished -= bytes;
        }
    }

    public void BeginResult(long bytes)
    {
        lock (gate)
        {
            results += bytes;
        }
    }

    public void EndResult(long bytes)
    {
        lock (gate)
        {
            results -= bytes;
            if (results < MostResults)
            {
                room?.TrySetResult();
                room = null;
            }
        }
    }

    /// <summary>Returns when another result may be read.</summary>
    public Task RoomAsync(CancellationToken cancel)
    {
        lock (gate)
        {
            return results < MostResults
                ? Task.CompletedTask
                : (room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(cancel);
        }
    }
}
