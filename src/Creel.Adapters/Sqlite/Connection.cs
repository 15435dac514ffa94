using SQLitePCL;

namespace Creel.Adapters.Sqlite;

/// <summary>One connection to the database, used by one thread at a time; its statements are prepared once and kept.</summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 handle;
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    private Connection(sqlite3 handle) => this.handle = handle;

    /// <exception cref="SqliteError">It can't be opened.</exception>
    /// <exception cref="Core.CreelException">The SQLite library is missing or too old.</exception>
    public static Connection Open(string file, bool readOnly, TimeSpan busyTimeout)
    {
        SqliteLibrary.Load();
        var mode = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var code = raw.sqlite3_open_v2(file, out var handle, raw.SQLITE_OPEN_NOMUTEX | mode, null);
        var connection = new Connection(handle);
        try
        {
            connection.Check(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, (int)busyTimeout.TotalMilliseconds);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>The statement of this text; always the same one, so never used twice at once.</summary>
    public Statement this[string sql]
    {
        get
        {
            if (!statements.TryGetValue(sql, out var statement))
            {
                statements.Add(sql, statement = Prepare(sql));
            }

            return statement.Begin();
        }
    }

    /// <summary>A statement for a caller that keeps it itself; it is closed with the connection.</summary>
    public Statement Keep(string sql) => this[sql];

    /// <summary>Runs a script of statements without parameters.</summary>
    public void Execute(string script)
    {
        var code = raw.sqlite3_exec(handle, script, out var message);
        if (code != raw.SQLITE_OK)
        {
            throw new SqliteError(raw.sqlite3_extended_errcode(handle), message ?? "");
        }
    }

    /// <summary>Ends whatever is under way, so that the next transaction starts clean.</summary>
    public void Rollback()
    {
        ResetAll();

        // SQLite may have rolled back by itself, as it does on a full disk.
        if (InTransaction)
        {
            this["ROLLBACK"].Run();
        }
    }

    public void ResetAll()
    {
        foreach (var statement in statements.Values)
        {
            statement.Close();
        }
    }

    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            var extended = raw.sqlite3_extended_errcode(handle);
            var telling = (extended & 0xff) == (code & 0xff) ? extended : code;
            throw new SqliteError(telling, raw.sqlite3_errmsg(handle).utf8_to_string());
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        statements.Clear();
        handle.Dispose();
    }

    private Statement Prepare(string sql)
    {
        const uint persistent = 1;
        Check(raw.sqlite3_prepare_v3(handle, sql, persistent, out var prepared));
        return new Statement(this, prepared);
    }
}
