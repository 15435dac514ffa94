using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Microsoft.Data.Sqlite;

namespace Creel.Proxy.Ledger;

/// <summary>The book's database, as its one writer uses it. Every write is a transaction that is on disk when it returns.</summary>
internal sealed class BookFile : IDisposable
{
    private const int Version = 2;

    private const string Schema = """
        CREATE TABLE slots(
            purse TEXT NOT NULL, window TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
            spent INTEGER NOT NULL, drawn INTEGER NOT NULL, granted INTEGER NOT NULL, lost INTEGER NOT NULL,
            PRIMARY KEY(purse, window, since)) STRICT, WITHOUT ROWID;
        CREATE TABLE pages(
            last INTEGER PRIMARY KEY, count INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
            refused INTEGER NOT NULL, calls BLOB NOT NULL) STRICT;
        CREATE TABLE sums(
            hour INTEGER NOT NULL, grp TEXT NOT NULL, agent TEXT NOT NULL, upstream TEXT NOT NULL, model TEXT NOT NULL,
            calls INTEGER NOT NULL, refused INTEGER NOT NULL, settled INTEGER NOT NULL,
            input INTEGER NOT NULL, output INTEGER NOT NULL, cacheread INTEGER NOT NULL, cachewrite INTEGER NOT NULL,
            PRIMARY KEY(hour, grp, agent, upstream, model)) STRICT, WITHOUT ROWID;
        """;

    /// <summary>A page is of one group. Those of the first version are of all, and count as a group of their own.</summary>
    private const string OwnPages = """
        ALTER TABLE pages ADD COLUMN grp TEXT NOT NULL DEFAULT '';
        CREATE INDEX pages_grp ON pages(grp, last);
        """;

    private readonly string path;
    private readonly FileStream locked;
    private readonly SqliteConnection connection;
    private readonly SqliteCommand putSlot;
    private readonly SqliteCommand putPage;
    private readonly SqliteCommand addSum;
    private readonly ArrayBufferWriter<byte> page = new();
    private readonly PageShelves shelves;

    /// <summary>Calls are numbered in the order in which they ended; those of one batch by group.</summary>
    private long lastCall;

    private BookFile(string path, FileStream locked, SqliteConnection connection)
    {
        (this.path, this.locked, this.connection) = (path, locked, connection);
        putSlot = Command("INSERT OR REPLACE INTO slots VALUES(@a, @b, @c, @d, @e, @f, @g, @h)", 8);
        putPage = Command("INSERT INTO pages VALUES(@a, @b, @c, @d, @e, @f, @g)", 7);
        addSum = Command(
            """
            INSERT INTO sums VALUES(@a, @b, @c, @d, @e, @f, @g, @h, @i, @j, @k, @l) ON CONFLICT DO UPDATE SET
                calls = calls + excluded.calls, refused = refused + excluded.refused, settled = settled + excluded.settled,
                input = input + excluded.input, output = output + excluded.output,
                cacheread = cacheread + excluded.cacheread, cachewrite = cachewrite + excluded.cachewrite
            """,
            12
        );
        shelves = new PageShelves(connection);
        lastCall = Number("SELECT coalesce(max(last), 0) FROM pages");
    }

    /// <exception cref="CreelException">It can't be opened, is of a newer version, or another process has it open.</exception>
    public static BookFile Open(string path)
    {
        SystemSqlite.Load();
        FileStream? locked = null;
        SqliteConnection? connection = null;
        try
        {
            locked = Private(path + ".lock", FileShare.None);
            Private(path, FileShare.ReadWrite).Dispose();
            connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000");
            Migrate(connection, path);
            return new BookFile(path, locked, connection);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            locked?.Dispose();
            throw new CreelException(Explain(e, path), e);
        }
    }

    public static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = 5,
            }.ToString()
        );
        connection.Open();
        return connection;
    }

    /// <summary>What the file says about the slots that still count, and the newest of each budget.</summary>
    public IReadOnlyList<SlotRow> ReadSlots(DateTimeOffset now)
    {
        // The newest is kept whatever the clock says: it tells how far time has gone already.
        Execute(
            connection,
            $"""
            DELETE FROM slots WHERE until < {now.AddDays(-1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}
                AND since < (SELECT max(since) FROM slots s WHERE s.purse = slots.purse AND s.window = slots.window)
            """
        );
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM slots ORDER BY purse, window, since";
        using var rows = command.ExecuteReader();
        var slots = new List<SlotRow>();
        while (rows.Read())
        {
            slots.Add(
                new SlotRow(
                    PurseId.OfKey(rows.GetString(0)),
                    Window.Parse(rows.GetString(1)),
                    new Period(Time(rows.GetInt64(2)), rows.IsDBNull(3) ? null : Time(rows.GetInt64(3))),
                    new Money(rows.GetInt64(4)),
                    new Money(rows.GetInt64(5)),
                    new Money(rows.GetInt64(6)),
                    new Money(rows.GetInt64(7))
                )
            );
        }

        return slots;
    }

    /// <summary>The greatest id of a call.</summary>
    public long NewestCall() => Number("SELECT coalesce(max(high), 0) FROM pages");

    /// <exception cref="CreelException">Nothing of it was written; the fault says why.</exception>
    public void Write(IEnumerable<SlotRow> slots, IReadOnlyList<CallRecord> calls, IEnumerable<SpendSum> sums, int keepCalls)
    {
        try
        {
            Execute(connection, "BEGIN IMMEDIATE");
            PutSlots(slots);
            var last = lastCall;
            foreach (var own in calls.GroupBy(call => call.Group))
            {
                last += PutPage([.. own], last, own.Key);
            }

            shelves.Keep(keepCalls);
            AddSums(sums);
            Execute(connection, "COMMIT");
            lastCall = last;
            shelves.Kept();
        }
        catch (SqliteException e)
        {
            Rollback();
            shelves.Undo();
            throw new CreelException(Explain(e, path), e);
        }
    }

    private void PutSlots(IEnumerable<SlotRow> slots)
    {
        foreach (var s in slots)
        {
            var until = s.Period.Until is { } end ? (object)end.ToUnixTimeMilliseconds() : DBNull.Value;
            var since = s.Period.From.ToUnixTimeMilliseconds();
            var (window, spent, drawn) = (s.Window.ToString(), s.Spent.Nanos, s.Drawn.Nanos);
            Run(putSlot, s.Purse.Key, window, since, until, spent, drawn, s.Granted.Nanos, s.Lost.Nanos);
        }
    }

    /// <summary>
    /// All calls of a group in a batch are one row: a row for each would cost more than all the rest of the book.
    /// </summary>
    private int PutPage(IReadOnlyList<CallRecord> calls, long before, string group)
    {
        var (low, high, refused) = (long.MaxValue, 0L, 0L);
        page.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(page))
        {
            json.WriteStartArray();
            foreach (var call in calls)
            {
                var id = long.Parse(call.Id, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                (low, high) = (Math.Min(low, id), Math.Max(high, id));
                refused += call.Outcome == CallOutcome.Refused ? 1 : 0;
                JsonSerializer.Serialize(json, call, BookJson.Default.CallRecord);
            }

            json.WriteEndArray();
        }

        // The buffer itself, as far as it is written: a copy of its own would be a large object four times a second, and such bring on
        // the collections that cost most.
        MemoryMarshal.TryGetArray(page.WrittenMemory, out var written);
        putPage.Parameters[5].Size = written.Count;
        Run(putPage, before + calls.Count, calls.Count, low, high, refused, written.Array!, group);
        shelves.Add(group, calls.Count);
        return calls.Count;
    }

    private void AddSums(IEnumerable<SpendSum> sums)
    {
        foreach (var s in sums)
        {
            var hour = s.Hour.ToUnixTimeSeconds() / 3600;
            var (agent, settled) = (s.Agent, s.Settled.Nanos);
            Run(
                addSum,
                hour,
                s.Group,
                agent,
                s.Upstream,
                s.Model,
                s.Calls,
                s.Refused,
                settled,
                s.Input,
                s.Output,
                s.CacheRead,
                s.CacheWrite
            );
        }
    }

    /// <summary>SQLite may have rolled back by itself, as it does on a full disk.</summary>
    private void Rollback()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            Execute(connection, "ROLLBACK");
        }
    }

    public void Dispose()
    {
        putSlot.Dispose();
        putPage.Dispose();
        addSum.Dispose();
        shelves.Dispose();
        connection.Dispose();
        locked.Dispose();
    }

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static FileStream Private(string path, FileShare share) =>
        new(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = share,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );

    private static void Migrate(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        switch ((long)command.ExecuteScalar()!)
        {
            case 0:
                Execute(connection, $"BEGIN; {Schema} {OwnPages} PRAGMA user_version = {Version}; COMMIT");
                break;
            case 1:
                Execute(connection, $"BEGIN; {OwnPages} PRAGMA user_version = {Version}; COMMIT");
                break;
            case not Version and var other:
                throw new CreelException(
                    Fault.Conflict(
                        "ledger-version",
                        $"The book {path} is of version {other}; this program reads version {Version}"
                    )
                );
        }
    }

    private long Number(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"@{(char)('a' + i)}" });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private static Fault Explain(Exception failure, string path) =>
        failure switch
        {
            SqliteException { SqliteErrorCode: 13 } => Fault.Unavailable(
                "ledger-full",
                $"The disk is full: the book {path} can't grow, so nothing may be spent",
                "Free space on its file system; the proxy goes on by itself"
            ),
            SqliteException { SqliteErrorCode: 11 or 26 } => new Fault(
                FaultKind.Internal,
                "ledger-corrupt",
                $"The book {path} is damaged, or is no book",
                $"Stop creel, copy {path} and its -wal and -shm files aside, and put back a good copy"
            ),
            SqliteException sqlite => Fault.Unavailable(
                "ledger-write",
                $"The book {path} can't be written (SQLite code {sqlite.SqliteExtendedErrorCode}), so nothing may be spent",
                "See to its file system; the proxy goes on by itself"
            ),
            IOException when File.Exists(path + ".lock") => Fault.Conflict(
                "ledger-locked",
                $"Another process has the book {path} open",
                "End the other creel-proxy first"
            ),
            _ => Fault.Unavailable(
                "ledger-open",
                $"The book {path} can't be opened",
                "Check that its folder exists and may be written"
            ),
        };
}
