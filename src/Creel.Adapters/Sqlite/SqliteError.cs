using Creel.Core;
using SQLitePCL;

namespace Creel.Adapters.Sqlite;

/// <summary>
/// What SQLite answered when it would not do something. Never leaves this folder: callers see a <see cref="Fault"/>.
/// </summary>
internal sealed class SqliteError(int code, string message) : Exception($"SQLite {code}: {message}")
{
    /// <summary>The extended result code; its low byte is the primary one.</summary>
    public int Code { get; } = code;

    private int Primary => Code & 0xff;

    /// <summary>
    /// True where the disk, the file or another process is to blame, so that every request of a batch fails alike.
    /// </summary>
    public bool IsEnvironment =>
        Primary
            is raw.SQLITE_FULL
                or raw.SQLITE_IOERR
                or raw.SQLITE_READONLY
                or raw.SQLITE_BUSY
                or raw.SQLITE_LOCKED
                or raw.SQLITE_CORRUPT
                or raw.SQLITE_NOTADB
                or raw.SQLITE_CANTOPEN
                or raw.SQLITE_PERM
                or raw.SQLITE_NOMEM;

    public Fault ToFault(string file) =>
        Primary switch
        {
            raw.SQLITE_FULL => Full(file),
            raw.SQLITE_IOERR when IsDiskFull(file) => Full(file),
            raw.SQLITE_IOERR => new Fault(
                FaultKind.Internal,
                "store-io",
                $"The disk failed while {file} was read or written (SQLite code {Code})",
                "Look into the kernel's log for the disk, and mend or replace it"
            ),
            raw.SQLITE_READONLY or raw.SQLITE_PERM => Fault.Unavailable(
                "store-read-only",
                $"The database {file} can't be written: it, or its file system, is read-only",
                "Make the folder writable again (mount -o remount,rw, or chown), then repeat the request"
            ),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Fault.Unavailable(
                "store-locked",
                $"Another process holds a lock on the database {file}",
                "End the transaction that holds it (a sqlite3 shell, a backup), then repeat the request"
            ),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Corrupt(file, "it is damaged, or is not a database"),
            raw.SQLITE_CANTOPEN => Fault.Unavailable(
                "store-open",
                $"The database {file} can't be opened",
                "Check that its folder exists and may be written by the user that runs creel"
            ),
            raw.SQLITE_NOMEM => Fault.Unavailable(
                "store-memory",
                $"No memory was left to work with the database {file}",
                "Free memory, then repeat the request"
            ),
            _ => new Fault(FaultKind.Internal, "store-refused", $"The database {file} refused a request (SQLite code {Code})"),
        };

    public static Fault Corrupt(string file, string what) =>
        new(
            FaultKind.Internal,
            "store-corrupt",
            $"The database {file} can't be trusted: {what}",
            $"Stop creel, copy {file} and its -wal and -shm files aside, and put back a good copy; "
                + $"'sqlite3 {file} .recover' saves what is readable"
        );

    public static Fault Full(string file) =>
        Fault.Unavailable(
            "store-full",
            $"The disk is full: {file} can't grow",
            "Free space on its file system, then repeat the request"
        );

    /// <summary>A full disk also shows as an I/O error, where SQLite grows its shared memory or syncs a folder.</summary>
    private static bool IsDiskFull(string file)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(file)!).AvailableFreeSpace < 64 * 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
