using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>What changes tasks, on the writer's thread and inside its transaction.</summary>
internal sealed class TaskWrites(Connection connection)
{
    /// <summary>How many wait for each agent: exact, since this thread alone writes.</summary>
    private readonly Dictionary<string, int> waiting = new(StringComparer.Ordinal);

    private readonly Statement insert = connection.Keep(
        """
        INSERT INTO tasks(id, agent, type, payload, sender, retry, created, expires, state, epoch, journal, attempts, sent)
        VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING
        """
    );

    private readonly Statement find = connection.Keep(
        "SELECT seq, agent, state, epoch, journal, attempts FROM tasks WHERE id = ?"
    );

    private readonly Statement finish = connection.Keep(
        "UPDATE tasks SET state = ?, finished = ?, result = ?, reason = ?, started = coalesce(started, ?) WHERE seq = ?"
    );

    private readonly Statement lend = connection.Keep(
        """
        UPDATE tasks SET state = ?1, epoch = ?2, journal = ?3, attempts = ?4,
            sent = CASE WHEN ?1 = 1 OR ?6 OR sent IS NULL THEN ?5 ELSE sent END,
            started = CASE WHEN ?1 = 1 THEN NULL WHEN ?6 OR started IS NULL THEN ?5 ELSE started END
        WHERE seq = ?7
        """
    );

    private sealed record Found(long Sequence, string Agent, TaskState State, long? Epoch, string? Journal, int Attempts);

    public void Reload()
    {
        waiting.Clear();
        var rows = connection["SELECT agent, count(*) FROM tasks WHERE state = 0 GROUP BY agent"];
        while (rows.Next())
        {
            waiting.Add(rows.Text(0), (int)rows.Number(1));
        }
    }

    public AppendOutcome Append(NewTask item)
    {
        var (task, lease) = (item.Task, item.Lease);
        var agent = task.Agent.Value;
        if (lease is null && waiting.GetValueOrDefault(agent) >= item.QueueLimit)
        {
            return Find(task.Id) is null ? AppendOutcome.QueueFull : AppendOutcome.Duplicate;
        }

        insert.Begin().Bind(task.Id.Value).Bind(agent).Bind(task.Type).Bind(task.Payload.Span).Bind(task.From).Bind(task.Retry);
        insert.Bind(task.CreatedAt).Bind(task.ExpiresAt);
        if (lease is null)
        {
            insert.Bind((long)TaskState.Queued).BindNull().BindNull().Bind(0).BindNull();
        }
        else
        {
            insert.Bind((long)TaskState.Sent).Bind(lease.Epoch).Bind(lease.Journal).Bind(1).Bind(task.CreatedAt);
        }

        if (insert.Run() == 0)
        {
            return AppendOutcome.Duplicate;
        }

        if (lease is null)
        {
            Wait(agent, 1);
        }

        return AppendOutcome.Accepted;
    }

    public IReadOnlyList<AgentTask> Lease(AgentId agent, Lease lease, int max, DateTimeOffset at)
    {
        if (max <= 0 || waiting.GetValueOrDefault(agent.Value) == 0)
        {
            return [];
        }

        var tasks = new List<AgentTask>();
        var rows = connection[
            $"""
            SELECT {TaskRows.Columns}, seq FROM tasks INDEXED BY tasks_by_state
            WHERE state = 0 AND agent = ? ORDER BY seq LIMIT ?
            """
        ];
        rows.Bind(agent.Value).Bind(max);
        var found = new List<Found>();
        while (rows.Next())
        {
            tasks.Add(TaskRows.Task(rows));
            found.Add(new Found(rows.Number(18), agent.Value, TaskState.Queued, null, rows.TextOrNull(10), (int)rows.Number(11)));
        }

        foreach (var task in found)
        {
            Lend(task, TaskState.Sent, lease, at);
        }

        return tasks;
    }

    public void Move(TaskMove move)
    {
        // An unknown or finished task, or one that a newer connection holds, is left alone.
        if (Find(move.Id) is not { } found || found.State.IsFinal() || (move.Lease is { } by && by.Epoch < found.Epoch))
        {
            return;
        }

        if (move.To == TaskState.Cancelled)
        {
            connection["UPDATE tasks SET cancelled = coalesce(cancelled, ?) WHERE seq = ?"]
                .Bind(move.At)
                .Bind(found.Sequence)
                .Run();
        }
        else if (move.To != TaskState.Queued)
        {
            Lend(found, move.To, move.Lease!, move.At);
        }
        else if (found.State != TaskState.Queued)
        {
            connection["UPDATE tasks SET state = 0, epoch = NULL, journal = NULL, sent = NULL, started = NULL WHERE seq = ?"]
                .Bind(found.Sequence)
                .Run();
            Wait(found.Agent, 1);
        }
    }

    public CompleteOutcome Complete(TaskCompletion end)
    {
        if (Find(end.Id) is not { } found)
        {
            return CompleteOutcome.Unknown;
        }

        if (found.State.IsFinal())
        {
            return CompleteOutcome.AlreadyFinal;
        }

        if (end.Epoch < found.Epoch)
        {
            return CompleteOutcome.Fenced;
        }

        finish.Begin().Bind((long)end.State).Bind(end.At);
        _ = end.Body.IsEmpty ? finish.BindNull() : finish.Bind(end.Body.Span);
        finish.Bind(end.Reason);
        _ = end.StartedAt is { } started ? finish.Bind(started) : finish.BindNull();
        finish.Bind(found.Sequence).Run();
        Leave(found);
        return CompleteOutcome.Completed;
    }

    public IReadOnlyList<AgentTask> Expire(DateTimeOffset now, string? letter)
    {
        var tasks = new List<AgentTask>();
        var rows = connection[$"SELECT {TaskRows.Columns} FROM tasks WHERE state = 0 AND expires <= ? ORDER BY seq"].Bind(now);
        while (rows.Next())
        {
            tasks.Add(TaskRows.Task(rows));
        }

        foreach (var task in tasks)
        {
            connection["UPDATE tasks SET state = ?, finished = ?, reason = ? WHERE id = ?"]
                .Bind((long)TaskState.Expired)
                .Bind(now)
                .Bind(letter)
                .Bind(task.Id.Value)
                .Run();
            Wait(task.Agent.Value, -1);
        }

        if (letter is not null && tasks.Count > 0)
        {
            var letters = tasks.Select(t => new DeadLetter(t.Id.ToString(), t.Agent, t.Id, t.Payload, letter, now));
            LetterWrites.Add(connection, [.. letters]);
        }

        return tasks;
    }

    /// <summary>Forgets these rows; what is finished stays finished, so they may have been chosen earlier.</summary>
    public int Forget(ReadOnlySpan<long> sequences)
    {
        var gone = 0;
        foreach (var sequence in sequences)
        {
            gone += connection["DELETE FROM tasks WHERE seq = ? AND state >= 3"].Bind(sequence).Run();
        }

        return gone;
    }

    public long NextEpoch()
    {
        var row = connection["UPDATE counters SET value = value + 1 WHERE name = 'epoch' RETURNING value"];
        row.Next();
        var epoch = row.Number(0);
        row.Run();
        return epoch;
    }

    private Found? Find(TaskId id)
    {
        if (!find.Begin().Bind(id.Value).Next())
        {
            return null;
        }

        var found = new Found(
            find.Number(0),
            find.Text(1),
            (TaskState)find.Number(2),
            find.NumberOrNull(3),
            find.TextOrNull(4),
            (int)find.Number(5)
        );
        find.Close();
        return found;
    }

    private void Lend(Found task, TaskState to, Lease lease, DateTimeOffset at)
    {
        var renewed = task.Journal != lease.Journal;
        var attempts = task.State == TaskState.Queued ? task.Attempts + 1 : task.Attempts;
        lend.Begin().Bind((long)to).Bind(lease.Epoch).Bind(lease.Journal).Bind(attempts);
        lend.Bind(at).Bind(renewed).Bind(task.Sequence).Run();
        Leave(task);
    }

    private void Leave(Found task)
    {
        if (task.State == TaskState.Queued)
        {
            Wait(task.Agent, -1);
        }
    }

    private void Wait(string agent, int change)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(waiting, agent, out _);
        count += change;
        if (count == 0)
        {
            waiting.Remove(agent);
        }
    }
}
