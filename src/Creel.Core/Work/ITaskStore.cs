namespace Creel.Core.Work;

/// <summary>
/// Where tasks are kept. Batch-shaped: callers pass what they have, and one commit serves all who came at once.
/// What has been answered is on disk. Several hubs may share one store: a lease carries a fencing epoch.
/// </summary>
public interface ITaskStore
{
    /// <summary>Adds tasks, queued or (when the agent is connected) leased from the start; one outcome a task, in order.</summary>
    ValueTask<IReadOnlyList<AppendOutcome>> AppendAsync(IReadOnlyList<NewTask> tasks, CancellationToken cancel = default);

    /// <summary>Takes the oldest queued tasks of an agent, up to <paramref name="max"/>, under a lease; they become sent.</summary>
    ValueTask<IReadOnlyList<AgentTask>> LeaseAsync(
        AgentId agent,
        Lease lease,
        int max,
        DateTimeOffset at,
        CancellationToken cancel = default
    );

    /// <summary>
    /// Changes unfinished tasks at once: sent under a new lease, running, back in the queue, or asked to end. Finished ones are left alone,
    /// and so are those that a newer epoch holds. A task keeps its place in the queue. Sent and started are the times under its
    /// present journal; the first start counts.
    /// </summary>
    ValueTask MoveAsync(IReadOnlyList<TaskMove> moves, CancellationToken cancel = default);

    /// <summary>Ends tasks; one outcome each, in order. Only the first end of a task counts.</summary>
    ValueTask<IReadOnlyList<CompleteOutcome>> CompleteAsync(
        IReadOnlyList<TaskCompletion> ends,
        CancellationToken cancel = default
    );

    ValueTask<TaskRecord?> FindAsync(TaskId id, CancellationToken cancel = default);

    /// <summary>Newest first, unless the query says otherwise.</summary>
    ValueTask<IReadOnlyList<TaskRecord>> ListAsync(TaskQuery query, CancellationToken cancel = default);

    /// <summary>Queued tasks whose time is over become expired; returns them.</summary>
    /// <param name="letter">Why: where given, each also becomes a dead letter of the task's id, in the same transaction.</param>
    ValueTask<IReadOnlyList<AgentTask>> ExpireAsync(
        DateTimeOffset now,
        CancellationToken cancel = default,
        string? letter = null
    );

    /// <summary>Forgets finished tasks: those older than <paramref name="before"/>, and all but the newest <paramref name="keep"/>.</summary>
    ValueTask<int> PruneAsync(DateTimeOffset before, int keep, CancellationToken cancel = default);

    /// <summary>How many tasks are in each state, for each agent that has any; finished states included.</summary>
    ValueTask<IReadOnlyList<TaskCount>> CountAsync(CancellationToken cancel = default);

    /// <summary>The next connection epoch: greater than every one before, also over restarts.</summary>
    ValueTask<long> NextEpochAsync(CancellationToken cancel = default);
}
