using Creel.Core;
using Creel.Core.Work;

namespace Creel.Tests.Hub;

/// <summary>Tasks in memory, after the rules in the port's comments, with places to step in.</summary>
internal sealed class MemoryTasks(MemoryLetters letters) : ITaskStore
{
    private readonly Lock gate = new();
    private readonly List<TaskRecord> tasks = [];
    private readonly Dictionary<TaskId, int> places = [];
    private long epoch;

    /// <summary>Set to make every write of tasks fail.</summary>
    public Fault? Broken { get; set; }

    /// <summary>Runs in the middle of an append, before it is kept.</summary>
    public Func<Task>? BeforeAppend { get; set; }

    /// <summary>Runs when tasks were taken from the queue, with their number, before they are given out.</summary>
    public Func<int, Task>? AfterLease { get; set; }

    /// <summary>Runs in the middle of an end, before it is kept.</summary>
    public Func<Task>? BeforeComplete { get; set; }

    /// <summary>Runs when a connection begins to come in.</summary>
    public Func<Task>? BeforeEpoch { get; set; }

    /// <summary>Runs before tasks are moved.</summary>
    public Func<Task>? BeforeMove { get; set; }

    public async ValueTask<IReadOnlyList<AppendOutcome>> AppendAsync(
        IReadOnlyList<NewTask> added,
        CancellationToken cancel = default
    )
    {
        await Task.Yield();
        if (BeforeAppend is { } hook)
        {
            await hook();
        }

        lock (gate)
        {
            Check();
            return [.. added.Select(Append)];
        }
    }

    public async ValueTask<IReadOnlyList<AgentTask>> LeaseAsync(
        AgentId agent,
        Lease lease,
        int max,
        DateTimeOffset at,
        CancellationToken cancel = default
    )
    {
        List<TaskRecord> taken;
        lock (gate)
        {
            Check();
            taken = [.. tasks.Where(t => t.Task.Agent == agent && t.State == TaskState.Queued).Take(max)];
            taken.ForEach(t => Change(t.Task.Id, r => Leased(r, lease, at) with { State = TaskState.Sent }));
        }

        if (AfterLease is { } hook)
        {
            await hook(taken.Count);
        }

        return [.. taken.Select(t => t.Task)];
    }

    public async ValueTask MoveAsync(IReadOnlyList<TaskMove> moves, CancellationToken cancel = default)
    {
        if (BeforeMove is { } hook)
        {
            await hook();
        }

        lock (gate)
        {
            Check();
            foreach (var move in moves)
            {
                if (
                    !places.TryGetValue(move.Id, out var place)
                    || tasks[place].State.IsFinal()
                    || move.Lease?.Epoch < tasks[place].Lease?.Epoch
                )
                {
                    continue;
                }

                if (move.To == TaskState.Cancelled)
                {
                    Change(move.Id, r => r with { CancelAskedAt = r.CancelAskedAt ?? move.At });
                    continue;
                }

                Change(
                    move.Id,
                    r =>
                        move.To == TaskState.Queued
                            ? r with
                            {
                                State = TaskState.Queued,
                                Lease = null,
                                SentAt = null,
                                StartedAt = null,
                            }
                            : Leased(r, move.Lease!, move.At) with
                            {
                                State = move.To,
                                StartedAt = move.To == TaskState.Running ? r.StartedAt ?? move.At : r.StartedAt,
                            }
                );
            }
        }
    }

    public async ValueTask<IReadOnlyList<CompleteOutcome>> CompleteAsync(
        IReadOnlyList<TaskCompletion> ends,
        CancellationToken cancel = default
    )
    {
        if (BeforeComplete is { } hook)
        {
            await hook();
        }

        lock (gate)
        {
            Check();
            return [.. ends.Select(Complete)];
        }
    }

    public ValueTask<TaskRecord?> FindAsync(TaskId id, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(places.TryGetValue(id, out var place) ? tasks[place] : null);
        }
    }

    public ValueTask<IReadOnlyList<TaskRecord>> ListAsync(TaskQuery query, CancellationToken cancel = default)
    {
        lock (gate)
        {
            var found = tasks.Take(query.Before is { } before ? places.GetValueOrDefault(before, tasks.Count) : tasks.Count);
            found = query.OldestFirst ? found : found.Reverse();
            return new([
                .. found
                    .Where(t => query.Agent is null || t.Task.Agent == query.Agent)
                    .Where(t => query.States.Count == 0 || query.States.Contains(t.State))
                    .Take(query.Limit)
                    .Select(t => query.Bodies ? t : t with { Task = t.Task with { Payload = default }, Result = default }),
            ]);
        }
    }

    public async ValueTask<IReadOnlyList<AgentTask>> ExpireAsync(
        DateTimeOffset now,
        CancellationToken cancel = default,
        string? letter = null
    )
    {
        List<AgentTask> late;
        lock (gate)
        {
            late = [.. tasks.Where(t => t.State == TaskState.Queued && t.Task.ExpiresAt <= now).Select(t => t.Task)];
            late.ForEach(t => Complete(new TaskCompletion(t.Id, TaskState.Expired, long.MaxValue, default, now, letter)));
        }

        if (letter is not null)
        {
            await letters.AddAsync(
                [.. late.Select(t => new DeadLetter(t.Id.ToString(), t.Agent, t.Id, t.Payload, letter, now))],
                cancel
            );
        }

        return late;
    }

    public ValueTask<int> PruneAsync(DateTimeOffset before, int keep, CancellationToken cancel = default) => new(0);

    public ValueTask<IReadOnlyList<TaskCount>> CountAsync(CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new([
                .. tasks.GroupBy(t => (t.Task.Agent, t.State)).Select(g => new TaskCount(g.Key.Agent, g.Key.State, g.Count())),
            ]);
        }
    }

    public async ValueTask<long> NextEpochAsync(CancellationToken cancel = default)
    {
        if (BeforeEpoch is { } hook)
        {
            await hook();
        }

        return Interlocked.Increment(ref epoch);
    }

    private void Check()
    {
        if (Broken is { } fault)
        {
            throw new CreelException(fault);
        }
    }

    private AppendOutcome Append(NewTask added)
    {
        var (task, lease, limit) = added;
        if (places.ContainsKey(task.Id))
        {
            return AppendOutcome.Duplicate;
        }

        if (lease is null && tasks.Count(t => t.Task.Agent == task.Agent && t.State == TaskState.Queued) >= limit)
        {
            return AppendOutcome.QueueFull;
        }

        places[task.Id] = tasks.Count;
        tasks.Add(new TaskRecord { Task = task, State = TaskState.Queued });
        if (lease is not null)
        {
            Change(task.Id, r => Leased(r, lease, task.CreatedAt) with { State = TaskState.Sent });
        }

        return AppendOutcome.Accepted;
    }

    private CompleteOutcome Complete(TaskCompletion end)
    {
        if (!places.TryGetValue(end.Id, out var place))
        {
            return CompleteOutcome.Unknown;
        }

        if (tasks[place].State.IsFinal())
        {
            return CompleteOutcome.AlreadyFinal;
        }

        if (end.Epoch < tasks[place].Lease?.Epoch)
        {
            return CompleteOutcome.Fenced;
        }

        Change(
            end.Id,
            r =>
                r with
                {
                    State = end.State,
                    StartedAt = r.StartedAt ?? end.StartedAt,
                    FinishedAt = end.At,
                    Result = end.Body.ToArray(),
                    Reason = end.Reason,
                }
        );
        return CompleteOutcome.Completed;
    }

    private TaskRecord Leased(TaskRecord record, Lease lease, DateTimeOffset at)
    {
        var fresh = record.Lease?.Journal != lease.Journal;
        var attempts = record.State == TaskState.Queued ? record.Attempts + 1 : record.Attempts;
        return record with { Lease = lease, Attempts = attempts, SentAt = fresh ? at : record.SentAt ?? at };
    }

    private void Change(TaskId id, Func<TaskRecord, TaskRecord> change) => tasks[places[id]] = change(tasks[places[id]]);
}
