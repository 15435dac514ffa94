using Creel.Core;
using Creel.Core.Work;

namespace Creel.Server.Hub.Tasks;

/// <summary>Waits for a task's end, as long as somebody cares to.</summary>
internal static class Waiting
{
    /// <summary>The task as it is at its end, or when the time is over.</summary>
    /// <exception cref="CreelException">There is no such task.</exception>
    public static async ValueTask<TaskRecord> ForAsync(HubParts hub, TaskId id, TimeSpan? wait, CancellationToken cancel)
    {
        if (wait is not { } time || time == TimeSpan.Zero)
        {
            return await hub.Tasks.FindAsync(id, cancel) ?? throw Dispatcher.Unknown(id);
        }

        using var listener = hub.Feed.Listen(id);
        var now = await hub.Tasks.FindAsync(id, cancel) ?? throw Dispatcher.Unknown(id);
        return now.State.IsFinal() ? now : await ForAsync(hub, listener, id, time, cancel);
    }

    public static async ValueTask<TaskRecord> ForAsync(
        HubParts hub,
        TaskListener listener,
        TaskId id,
        TimeSpan wait,
        CancellationToken cancel
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, hub.Stopping.Token);
        try
        {
            return await listener.End.WaitAsync(wait, hub.Time, end.Token);
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return await hub.Tasks.FindAsync(id, cancel) ?? throw Dispatcher.Unknown(id);
        }
    }
}
