using Creel.Core;
using Creel.Core.Work;

namespace Creel.Conformance.Stores;

/// <summary>The rules of a task store over a plain list: slow and obvious.</summary>
internal sealed class TaskModel
{
    private sealed class Item
    {
        public required AgentTask Task { get; init; }
        public TaskState State { get; set; }
        public Lease? Lease { get; set; }
        public int Attempts { get; private set; }
        public DateTimeOffset? Sent { get; set; }
        public DateTimeOffset? Started { get; set; }
        public DateTimeOffset? Finished { get; set; }
        public string? Reason { get; set; }

        public void Lend(TaskState to, Lease lease, DateTimeOffset at)
        {
            var other = Lease?.Journal != lease.Journal;
            Attempts += State == TaskState.Queued ? 1 : 0;
            Sent = to == TaskState.Sent || other || Sent is null ? at : Sent;
            Started =
                to == TaskState.Sent ? null
                : other || Started is null ? at
                : Started;
            (State, Lease) = (to, lease);
        }
    }

    private readonly List<Item> items = [];

    /// <summary>One line a task, in order, with all that a caller can see of it.</summary>
    public IEnumerable<string> Lines =>
        items.Select(i => Line(i.Task.Id, i.State, i.Lease, i.Attempts, i.Sent, i.Started, i.Finished, i.Reason));

    public static string Line(TaskRecord r) =>
        Line(r.Task.Id, r.State, r.Lease, r.Attempts, r.SentAt, r.StartedAt, r.FinishedAt, r.Reason);

    public AppendOutcome Append(NewTask added)
    {
        if (items.Any(i => i.Task.Id == added.Task.Id))
        {
            return AppendOutcome.Duplicate;
        }

        var waiting = items.Count(i => i.Task.Agent == added.Task.Agent && i.State == TaskState.Queued);
        if (added.Lease is null && waiting >= added.QueueLimit)
        {
            return AppendOutcome.QueueFull;
        }

        var item = new Item { Task = added.Task };
        items.Add(item);
        if (added.Lease is { } lease)
        {
            item.Lend(TaskState.Sent, lease, added.Task.CreatedAt);
        }

        return AppendOutcome.Accepted;
    }

    public IReadOnlyList<TaskId> Lease(AgentId agent, Lease lease, int max, DateTimeOffset at)
    {
        var chosen = items.Where(i => i.Task.Agent == agent && i.State == TaskState.Queued).Take(max).ToList();
        chosen.ForEach(i => i.Lend(TaskState.Sent, lease, at));
        return [.. chosen.Select(i => i.Task.Id)];
    }

    public void Move(TaskMove move)
    {
        var item = items.Find(i => i.Task.Id == move.Id);
        if (item is null || item.State.IsFinal() || move.Lease?.Epoch < item.Lease?.Epoch)
        {
            return;
        }

        if (move.To == TaskState.Queued)
        {
            (item.State, item.Lease, item.Sent, item.Started) = (TaskState.Queued, null, null, null);
        }
        else
        {
            item.Lend(move.To, move.Lease!, move.At);
        }
    }

    public CompleteOutcome Complete(TaskCompletion end)
    {
        switch (items.Find(i => i.Task.Id == end.Id))
        {
            case null:
                return CompleteOutcome.Unknown;
            case { State: >= TaskState.Succeeded }:
                return CompleteOutcome.AlreadyFinal;
            case { Lease: { } lease } when end.Epoch < lease.Epoch:
                return CompleteOutcome.Fenced;
            case var item:
                (item.State, item.Finished, item.Reason) = (end.State, end.At, end.Reason);
                item.Started ??= end.StartedAt;
                return CompleteOutcome.Completed;
        }
    }

    public IReadOnlyList<TaskId> Expire(DateTimeOffset now)
    {
        var late = items.Where(i => i.State == TaskState.Queued && i.Task.ExpiresAt <= now).ToList();
        late.ForEach(i => (i.State, i.Finished) = (TaskState.Expired, now));
        return [.. late.Select(i => i.Task.Id)];
    }

    public int Prune(DateTimeOffset before, int keep)
    {
        var kept = items.Where(i => i.State.IsFinal()).Reverse().Take(keep).ToHashSet();
        return items.RemoveAll(i => i.State.IsFinal() && (i.Finished < before || !kept.Contains(i)));
    }

    private static string Line(
        TaskId id,
        TaskState state,
        Lease? lease,
        int attempts,
        DateTimeOffset? sent,
        DateTimeOffset? started,
        DateTimeOffset? finished,
        string? reason
    ) =>
        $"{id} {state} {lease} x{attempts} sent {sent?.ToUnixTimeMilliseconds()} started {started?.ToUnixTimeMilliseconds()} "
        + $"finished {finished?.ToUnixTimeMilliseconds()} {reason}";
}
