using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>The conversations and the turns of one database.</summary>
internal sealed class SessionTable(Writer writer, ReadPool readers) : ISessionStore
{
    private const int PruneStep = 500;
    private const string Columns =
        "seq, run, agent, key, request, state, task, session, into_run, brief, abort_by, accepted, started, ended, said, error";

    public ValueTask<SessionsKept> LoadAsync(CancellationToken cancel = default) => readers.DoAsync(Load, cancel);

    public ValueTask<bool> WriteAsync(SessionWrite write, CancellationToken cancel = default) =>
        writer.DoAsync(s => Write(s.Connection, write), cancel);

    public ValueTask<TurnRecord?> FindAsync(string runId, CancellationToken cancel = default) =>
        readers.DoAsync(
            c =>
            {
                var row = c[$"SELECT {Columns} FROM turns WHERE run = ?"].Bind(runId);
                return row.Next() ? Turn(row) : null;
            },
            cancel
        );

    public async ValueTask<int> PruneAsync(DateTimeOffset before, int keep, CancellationToken cancel = default)
    {
        var old = await readers.DoAsync(c => Old(c, before, keep), cancel).ConfigureAwait(false);
        var gone = 0;
        foreach (var step in old.Chunk(PruneStep))
        {
            gone += await writer
                .DoAsync(s => step.Sum(seq => s.Connection["DELETE FROM turns WHERE seq = ?"].Bind(seq).Run()), cancel)
                .ConfigureAwait(false);
        }

        return gone;
    }

    private static bool Write(Connection connection, SessionWrite write)
    {
        // Looked up first: a request that fails half way would take the whole batch through once more.
        foreach (var turn in write.Added)
        {
            var row = connection["SELECT 1 FROM turns WHERE run = ?"].Bind(turn.RunId);
            var there = row.Next();
            row.Close();
            if (there)
            {
                return false;
            }
        }

        foreach (var turn in write.Added)
        {
            var insert = connection[$"INSERT INTO turns({Columns}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"];
            insert.Bind(turn.Order).Bind(turn.RunId).Bind(turn.Agent.Value).Bind(turn.SessionKey);
            State(insert.Bind(turn.Request is { } request ? TurnRequestText.Write(request) : null), turn).Run();
        }

        // Nothing that was written is taken back: two changes of a turn may come in either order. (Only into which turn a message goes
        // can be said anew; those changes wait for each other.)
        foreach (var turn in write.Changed)
        {
            var update = connection[
                """
                UPDATE turns SET request = CASE WHEN ?9 IS NULL THEN request END, state = max(state, ?1), task = coalesce(task, ?2),
                    session = coalesce(session, ?3), into_run = coalesce(?4, into_run), brief = max(brief, ?5),
                    abort_by = coalesce(abort_by, ?6), accepted = ?7, started = coalesce(started, ?8), ended = ?9, said = ?10, error = ?11
                WHERE run = ?12 AND ended IS NULL
                """
            ];
            State(update, turn).Bind(turn.RunId).Run();
        }

        foreach (var session in write.Sessions)
        {
            Put(connection, session, gone: false);
        }

        foreach (var session in write.Gone)
        {
            Put(connection, session, gone: true);
        }

        return true;
    }

    private static Statement State(Statement statement, TurnRecord turn)
    {
        statement.Bind((long)turn.State);
        statement = turn.Task is { } task ? statement.Bind(task.Value) : statement.BindNull();
        return statement
            .Bind(turn.SessionId)
            .Bind(turn.Into)
            .Bind(turn.Brief)
            .Bind(turn.AbortBy)
            .Bind(turn.AcceptedAt)
            .Bind(turn.StartedAt?.ToUnixTimeMilliseconds())
            .Bind(turn.EndedAt?.ToUnixTimeMilliseconds())
            .Bind(turn.Text)
            .Bind(turn.Error);
    }

    private static void Put(Connection connection, SessionEntry session, bool gone) =>
        connection[
            """
            INSERT INTO sessions(key, agent, session, updated, revision, gone, more) VALUES(?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(key) DO UPDATE SET session = excluded.session, updated = excluded.updated, revision = excluded.revision,
                gone = excluded.gone, more = excluded.more WHERE excluded.revision > sessions.revision
            """
        ]
            .Bind(session.Key)
            .Bind(session.Agent.Value)
            .Bind(session.SessionId)
            .Bind(session.UpdatedAt)
            .Bind(session.Revision)
            .Bind(gone)
            .Bind(gone ? "{}" : SessionText.Write(session))
            .Run();

    private static SessionsKept Load(Connection connection)
    {
        var (sessions, gone) = (new List<SessionEntry>(), new List<SessionEntry>());
        var rows = connection["SELECT key, agent, session, updated, revision, gone, more FROM sessions"];
        while (rows.Next())
        {
            var entry = SessionText.Read(
                new SessionEntry(rows.Text(0), AgentId.Legacy(rows.Text(1)), rows.Text(2), rows.Time(3))
                {
                    Revision = rows.Number(4),
                },
                rows.Text(6)
            );
            (rows.Truth(5) ? gone : sessions).Add(entry);
        }

        var open = new List<TurnRecord>();
        var turns = connection[$"SELECT {Columns} FROM turns WHERE ended IS NULL ORDER BY seq"];
        while (turns.Next())
        {
            open.Add(Turn(turns));
        }

        var last = connection["SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'turns'), 0)"];
        last.Next();
        return new SessionsKept(sessions, gone, open, last.Number(0));
    }

    private static TurnRecord Turn(Statement row)
    {
        var (agent, run, key) = (AgentId.Legacy(row.Text(2)), row.Text(1), row.Text(3));
        var request = row.TextOrNull(4) is { } text ? TurnRequestText.Read(run, agent, key, text) : null;
        return new TurnRecord(row.Number(0), run, agent, key, request)
        {
            State = (TurnState)row.Number(5),
            Task = row.IsNull(6) ? null : new TaskId(row.Guid(6)),
            SessionId = row.TextOrNull(7),
            Into = row.TextOrNull(8),
            Brief = row.Truth(9),
            AbortBy = row.TextOrNull(10),
            AcceptedAt = row.Time(11),
            StartedAt = row.TimeOrNull(12),
            EndedAt = row.TimeOrNull(13),
            Text = row.TextOrNull(14),
            Error = row.TextOrNull(15),
        };
    }

    private static IReadOnlyList<long> Old(Connection connection, DateTimeOffset before, int keep)
    {
        var rows = connection[
            """
            SELECT seq FROM turns WHERE ended IS NOT NULL AND (ended < ?
                OR seq <= (SELECT seq FROM turns WHERE ended IS NOT NULL ORDER BY seq DESC LIMIT 1 OFFSET ?)) ORDER BY seq
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
