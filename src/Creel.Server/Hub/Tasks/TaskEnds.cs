using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Hub.Books;
using Creel.Server.Hub.Seats;

namespace Creel.Server.Hub.Tasks;

/// <summary>Writes the ends of tasks, and after the commit tells everybody: waiters, metrics, audit.</summary>
internal sealed class TaskEnds(ITaskStore store, TaskFeed feed, HubMetrics metrics, AuditTrail audit)
{
    public async ValueTask<IReadOnlyList<CompleteOutcome>> EndAsync(
        IReadOnlyList<Ending> ends,
        CancellationToken cancel = default
    )
    {
        if (ends.Count == 0)
        {
            return [];
        }

        var outcomes = await store.CompleteAsync(ends.Count == 1 ? [ends[0].End] : [.. ends.Select(e => e.End)], cancel);
        for (var i = 0; i < ends.Count; i++)
        {
            if (outcomes[i] == CompleteOutcome.Completed)
            {
                await TellAsync(ends[i]);
            }
        }

        return outcomes;
    }

    /// <summary>For ends that the store wrote by itself.</summary>
    public async ValueTask TellAsync(Ending ending)
    {
        var (agent, type, since, by, end) = ending;
        metrics.Ended(type, end.At - since);
        await feed.EndedAsync(agent, end);
        if (end.State != TaskState.Succeeded)
        {
            await audit.RecordAsync(
                by,
                "task.end",
                $"agent:{agent}",
                end.State.Word(),
                AuditDetail.Task(end.Id, type, end.Reason)
            );
        }
    }
}

/// <summary>An end and whose it is.</summary>
/// <param name="Since">When it started; when it was submitted, if it never did.</param>
/// <param name="By">Who ended it: <c>agent:…</c>, <c>creel</c> or <c>admin</c>.</param>
internal readonly record struct Ending(AgentId Agent, string Type, DateTimeOffset Since, string By, TaskCompletion End)
{
    /// <summary>The hub itself decided.</summary>
    public static Ending ByHub(AgentTask task, TaskState state, DateTimeOffset at, string reason, string by = "creel") =>
        new(task.Agent, task.Type, task.CreatedAt, by, new TaskCompletion(task.Id, state, long.MaxValue, default, at, reason));

    /// <summary>The hub cancels what nobody holds; a connection that has taken it up in the meantime keeps it.</summary>
    public static Ending OfWaiting(AgentTask task, DateTimeOffset at, string reason) =>
        new(
            task.Agent,
            task.Type,
            task.CreatedAt,
            "creel",
            new TaskCompletion(task.Id, TaskState.Cancelled, Epoch: 0, default, at, reason)
        );

    public static Ending ByHub(FlyingTask task, TaskState state, DateTimeOffset at, string reason, string by = "creel") =>
        new(
            task.Agent,
            task.Type,
            task.StartedAt ?? task.CreatedAt,
            by,
            new TaskCompletion(task.Id, state, long.MaxValue, default, at, reason)
        );
}
