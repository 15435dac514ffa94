namespace Creel.Core.Work;

/// <summary>The one door into any agent.</summary>
public interface IDispatcher
{
    /// <summary>Keeps the task and sends it as soon as its agent is connected. When this returns, the task is on disk.</summary>
    /// <exception cref="CreelException">Unknown agent, full queue, or a store that can't write.</exception>
    ValueTask<TaskTicket> SubmitAsync(TaskRequest request, CancellationToken cancel = default);

    /// <summary>Asks for the end of a task; the ticket of it completes as cancelled, unless it ended otherwise first.</summary>
    /// <exception cref="CreelException">There is no such task.</exception>
    ValueTask<TaskRecord> CancelAsync(TaskId id, string by, CancellationToken cancel = default);
}
