using Creel.Core;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>How a row of <c>tasks</c> is read; all queries name these columns, in this order.</summary>
internal static class TaskRows
{
    public const string Columns = "id, agent, type, payload, " + Middle + "result, reason, cancelled";

    /// <summary>The same places, and nothing read of what may be large.</summary>
    public const string WithoutBodies = "id, agent, type, x'', " + Middle + "x'', reason, cancelled";

    private const string Middle = "sender, retry, created, expires, state, epoch, journal, attempts, sent, started, finished, ";

    public static AgentTask Task(Statement row) =>
        new()
        {
            Id = new TaskId(row.Guid(0)),
            Agent = AgentId.Legacy(row.Text(1)),
            Type = row.Text(2),
            Payload = row.Blob(3),
            From = row.Text(4),
            Retry = row.Truth(5),
            CreatedAt = row.Time(6),
            ExpiresAt = row.Time(7),
        };

    public static TaskRecord Record(Statement row) =>
        new()
        {
            Task = Task(row),
            State = (TaskState)row.Number(8),
            Lease = row.NumberOrNull(9) is { } epoch ? new Lease(row.Text(10), epoch) : null,
            Attempts = (int)row.Number(11),
            SentAt = row.TimeOrNull(12),
            StartedAt = row.TimeOrNull(13),
            FinishedAt = row.TimeOrNull(14),
            Result = row.Blob(15),
            Reason = row.TextOrNull(16),
            CancelAskedAt = row.TimeOrNull(17),
        };
}
