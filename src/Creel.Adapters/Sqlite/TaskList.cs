using System.Text;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>Answers a <see cref="TaskQuery"/>.</summary>
internal static class TaskList
{
    public static IReadOnlyList<TaskRecord> Read(Connection connection, TaskQuery query)
    {
        var rows = connection[Sql(query)];
        foreach (var state in States(query))
        {
            Limits(rows.Bind((long)state));
        }

        Limits(rows);
        var records = new List<TaskRecord>();
        while (rows.Next())
        {
            records.Add(TaskRows.Record(rows));
        }

        return records;

        // The same tail after each part of the statement, so that no part reads more than it must.
        void Limits(Statement part)
        {
            if (query.Agent is { } agent)
            {
                part.Bind(agent.Value);
            }

            if (query.Before is { } before)
            {
                part.Bind(before.Value);
            }

            part.Bind(Math.Max(query.Limit, 0));
        }
    }

    /// <summary>One part a state where the index by state and agent serves; else a walk in the order of the rows.</summary>
    private static IReadOnlyList<TaskState> States(TaskQuery query) =>
        query.States.Count > 0 ? [.. query.States.Distinct().Order()]
        : query.Agent is not null ? Enum.GetValues<TaskState>()
        : [];

    private static string Sql(TaskQuery query)
    {
        var columns = query.Bodies ? TaskRows.Columns : TaskRows.WithoutBodies;
        var order = $"ORDER BY seq {(query.OldestFirst ? "ASC" : "DESC")} LIMIT ?";
        var tail = new StringBuilder();
        if (query.Agent is not null)
        {
            tail.Append(" AND agent = ?");
        }

        if (query.Before is not null)
        {
            tail.Append(" AND seq < (SELECT seq FROM tasks WHERE id = ?)");
        }

        var states = States(query);
        if (states.Count == 0)
        {
            return $"SELECT {columns} FROM tasks WHERE 1{tail} {order}";
        }

        var part = $"SELECT * FROM (SELECT seq FROM tasks WHERE state = ?{tail} {order})";
        var parts = string.Join(" UNION ALL ", Enumerable.Repeat(part, states.Count));
        return $"SELECT {columns} FROM tasks WHERE seq IN ({parts}){tail} {order}";
    }
}
