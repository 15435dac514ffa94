using Creel.Core;
using Creel.Core.Audit;
using Creel.Core.Work;

namespace Creel.Tests.Hub;

/// <summary>The hub's four ports in memory, after the rules in their comments. A reopened hub may be given the same one.</summary>
internal sealed class MemoryStore : ITaskStore, IDeadLetters, IAgentRegistry, IAuditLog
{
    private readonly Lock gate = new();
    private readonly List<TaskRecord> tasks = [];
    private readonly Dictionary<TaskId, int> places = [];
    private readonly List<DeadLetter> letters = [];
    private readonly Dictionary<AgentId, AgentRegistration> agents = [];
    private readonly List<TokenRecord> tokens = [];
    private readonly List<AuditRecord> audit = [];
    private long epoch;

    /// <summary>Set to make every write of tasks fail.</summary>
    public Fault? Broken { get; set; }

    /// <summary>Runs in the middle of an append, before it is kept.</summary>
    public Func<Task>? BeforeAppend { get; set; }

    /// <summary>Runs when tasks were taken from the queue, with their number, before they are given out.</summary>
    public Func<int, Task>? AfterLease { get; set; }

    /// <summary>Runs in the middle of an end, before it is kept.</summary>
    public Func<Task>? BeforeComplete { get; set; }

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

    public ValueTask MoveAsync(IReadOnlyList<TaskMove> moves, CancellationToken cancel = default)
    {
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

            return default;
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

    public ValueTask<IReadOnlyList<AgentTask>> ExpireAsync(
        DateTimeOffset now,
        CancellationToken cancel = default,
        string? letter = null
    )
    {
        lock (gate)
        {
            var late = tasks.Where(t => t.State == TaskState.Queued && t.Task.ExpiresAt <= now).Select(t => t.Task).ToList();
            foreach (var task in late)
            {
                Complete(new TaskCompletion(task.Id, TaskState.Expired, long.MaxValue, default, now, letter));
                if (letter is not null)
                {
                    letters.Add(new DeadLetter(task.Id.ToString(), task.Agent, task.Id, task.Payload, letter, now));
                }
            }

            return new([.. late]);
        }
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

    public ValueTask<long> NextEpochAsync(CancellationToken cancel = default) => new(Interlocked.Increment(ref epoch));

    public ValueTask AddAsync(IReadOnlyList<DeadLetter> added, CancellationToken cancel = default)
    {
        lock (gate)
        {
            letters.AddRange(added);
            letters.RemoveRange(0, Math.Max(0, letters.Count - 1000));
            return default;
        }
    }

    ValueTask<IReadOnlyList<DeadLetter>> IDeadLetters.ListAsync(CancellationToken cancel)
    {
        lock (gate)
        {
            return new([.. letters]);
        }
    }

    public ValueTask<DeadLetter?> TakeAsync(string id, CancellationToken cancel = default)
    {
        lock (gate)
        {
            var letter = letters.Find(l => l.Id == id);
            letters.RemoveAll(l => l.Id == id);
            return new(letter);
        }
    }

    public ValueTask ClearAsync(CancellationToken cancel = default)
    {
        lock (gate)
        {
            letters.Clear();
            return default;
        }
    }

    ValueTask<IReadOnlyList<AgentRegistration>> IAgentRegistry.ListAsync(CancellationToken cancel)
    {
        lock (gate)
        {
            return new([.. agents.Values]);
        }
    }

    public ValueTask PutAsync(AgentRegistration agent, CancellationToken cancel = default)
    {
        lock (gate)
        {
            agents[agent.Id] = agent;
            return default;
        }
    }

    public ValueTask<bool> RemoveAsync(AgentId agent, CancellationToken cancel = default)
    {
        lock (gate)
        {
            tokens.RemoveAll(t => t.Agent == agent);
            return new(agents.Remove(agent));
        }
    }

    public ValueTask AddTokenAsync(TokenRecord token, CancellationToken cancel = default)
    {
        lock (gate)
        {
            tokens.Add(token);
            return default;
        }
    }

    public ValueTask<TokenRecord?> FindTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(tokens.Find(t => t.Hash.Span.SequenceEqual(hash.Span)));
        }
    }

    public ValueTask<bool> RemoveTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(tokens.RemoveAll(t => t.Hash.Span.SequenceEqual(hash.Span)) > 0);
        }
    }

    public ValueTask<int> RemoveExpiredTokensAsync(DateTimeOffset now, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(tokens.RemoveAll(t => t.ExpiresAt <= now));
        }
    }

    public ValueTask AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel = default)
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                var before = audit.Count == 0 ? AuditChain.Root : audit[^1].Hash;
                audit.Add(new AuditRecord(audit.Count + 1, entry, AuditChain.Link(before.Span, audit.Count + 1, entry)));
            }

            return default;
        }
    }

    public ValueTask<IReadOnlyList<AuditRecord>> ReadAsync(long after, int limit, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new([.. audit.Skip((int)after).Take(limit)]);
        }
    }

    public ValueTask<IReadOnlyList<AuditRecord>> TailAsync(int limit, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new([.. audit.TakeLast(limit)]);
        }
    }

    public ValueTask<AuditVerdict> VerifyAsync(CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(
                new AuditVerdict(audit.Count, audit.Count == 0 ? "" : Convert.ToHexStringLower(audit[^1].Hash.Span), null, null)
            );
        }
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
