using Creel.Core;

namespace Creel.Adapters.Sqlite;

/// <summary>The database's files: their rights, whether they are whole, and the settings of the connection that writes.</summary>
internal static class StoreFiles
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder (0700) and the file (0600); a folder that was there keeps its rights.</summary>
    public static void Prepare(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
        }

        // SQLite gives its -wal and -shm files the rights of this one.
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                UnixCreateMode = Private,
            };
            new FileStream(file, options).Dispose();
        }
        else if (File.GetUnixFileMode(file) != Private)
        {
            File.SetUnixFileMode(file, Private);
        }
    }

    /// <summary>Opens the connection that writes, with a schema of today.</summary>
    public static Connection Open(string file, TimeSpan busyTimeout)
    {
        // A clean stop removes the log, so one that is still there was left by a crash.
        var crashed = new FileInfo(file + "-wal") is { Exists: true, Length: > 0 };
        var connection = Connection.Open(file, readOnly: false, busyTimeout);
        try
        {
            Schema.RefuseNewer(connection, file);
            if (crashed)
            {
                Check(connection, file);
            }

            Configure(connection, file);
            Schema.Migrate(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Check(Connection connection, string file)
    {
        var row = connection["PRAGMA quick_check(1)"];
        var verdict = row.Next() ? row.Text(0) : "no answer";
        row.Close();
        if (verdict != "ok")
        {
            throw new CreelException(SqliteError.Corrupt(file, verdict.ReplaceLineEndings(" ")));
        }
    }

    private static void Configure(Connection connection, string file)
    {
        var row = connection["PRAGMA journal_mode = WAL"];
        var mode = row.Next() ? row.Text(0) : "";
        row.Close();
        if (mode != "wal")
        {
            throw new CreelException(
                Fault.Unavailable(
                    "store-file-system",
                    $"The file system of {file} does not allow a write-ahead log",
                    "Put CREEL_HOME on a local disk"
                )
            );
        }

        // FULL flushes the log at every commit: without it an answer could be lost with the power.
        connection.Execute(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; "
                + "PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864"
        );
    }
}
