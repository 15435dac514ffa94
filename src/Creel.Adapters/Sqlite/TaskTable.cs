using Creel.Core;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>The tasks of one database.</summary>
internal sealed class TaskTable(Writer writer, ReadPool readers) : ITaskStore
{
    /// <summary>How many rows one write forgets, so that others get their turn in between.</summary>
    private const int PruneStep = 500;

    public ValueTask<IReadOnlyList<AppendOutcome>> AppendAsync(
        IReadOnlyList<NewTask> tasks,
        CancellationToken cancel = default
    ) => writer.DoAsync(s => Each(tasks, s.Tasks.Append), cancel);

    public ValueTask<IReadOnlyList<AgentTask>> LeaseAsync(
        AgentId agent,
        Lease lease,
        int max,
        DateTimeOffset at,
        CancellationToken cancel = default
    ) => writer.DoAsync(s => s.Tasks.Lease(agent, lease, max, at), cancel);

    public async ValueTask MoveAsync(IReadOnlyList<TaskMove> moves, CancellationToken cancel = default)
    {
        foreach (var move in moves)
        {
            var leased = move.To is TaskState.Sent or TaskState.Running;
            if (leased ? move.Lease is null : move.To is not (TaskState.Queued or TaskState.Cancelled))
            {
                var how = move.Lease is null ? " without a lease" : "";
                throw new ArgumentException($"A task can't be moved to {move.To.Word()}{how}");
            }
        }

        await writer
            .DoAsync(
                s =>
                {
                    foreach (var move in moves)
                    {
                        s.Tasks.Move(move);
                    }

                    return true;
                },
                cancel
            )
            .ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<CompleteOutcome>> CompleteAsync(
        IReadOnlyList<TaskCompletion> ends,
        CancellationToken cancel = default
    )
    {
        foreach (var end in ends)
        {
            if (!end.State.IsFinal())
            {
                throw new ArgumentException($"A task can't end as {end.State.Word()}");
            }
        }

        return writer.DoAsync(s => Each(ends, s.Tasks.Complete), cancel);
    }

    public ValueTask<TaskRecord?> FindAsync(TaskId id, CancellationToken cancel = default) =>
        readers.DoAsync(
            c =>
            {
                var row = c[$"SELECT {TaskRows.Columns} FROM tasks WHERE id = ?"].Bind(id.Value);
                return row.Next() ? TaskRows.Record(row) : null;
            },
            cancel
        );

    public ValueTask<IReadOnlyList<TaskRecord>> ListAsync(TaskQuery query, CancellationToken cancel = default) =>
        readers.DoAsync(c => TaskList.Read(c, query), cancel);

    public ValueTask<IReadOnlyList<AgentTask>> ExpireAsync(
        DateTimeOffset now,
        CancellationToken cancel = default,
        string? letter = null
    ) => writer.DoAsync(s => s.Tasks.Expire(now, letter), cancel);

    public async ValueTask<int> PruneAsync(DateTimeOffset before, int keep, CancellationToken cancel = default)
    {
        var old = await readers.DoAsync(c => Old(c, before, keep), cancel).ConfigureAwait(false);
        var gone = 0;
        foreach (var step in old.Chunk(PruneStep))
        {
            gone += await writer.DoAsync(s => s.Tasks.Forget(step), cancel).ConfigureAwait(false);
        }

        return gone;
    }

    public ValueTask<IReadOnlyList<TaskCount>> CountAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<TaskCount>>(
            c =>
            {
                var rows = c["SELECT agent, state, count(*) FROM tasks GROUP BY state, agent"];
                var counts = new List<TaskCount>();
                while (rows.Next())
                {
                    counts.Add(new TaskCount(AgentId.Legacy(rows.Text(0)), (TaskState)rows.Number(1), rows.Number(2)));
                }

                return counts;
            },
            cancel
        );

    public ValueTask<long> NextEpochAsync(CancellationToken cancel = default) => writer.DoAsync(s => s.Tasks.NextEpoch(), cancel);

    private static IReadOnlyList<TOut> Each<TIn, TOut>(IReadOnlyList<TIn> items, Func<TIn, TOut> work)
    {
        var outcomes = new TOut[items.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = work(items[i]);
        }

        return outcomes;
    }

    private static IReadOnlyList<long> Old(Connection connection, DateTimeOffset before, int keep)
    {
        var rows = connection[
            """
            SELECT seq FROM tasks WHERE state >= 3 AND (finished < ?
                OR seq <= (SELECT seq FROM tasks WHERE state >= 3 ORDER BY seq DESC LIMIT 1 OFFSET ?)) ORDER BY seq
            """
        ];
        rows.Bind(before).Bind(Math.Max(keep, 0));
        var found = new List<long>();
        while (rows.Next())
        {
            found.Add(rows.Number(0));
        }

        return found;
    }
}
