using Creel.Core;
using Creel.Core.Audit;
using Creel.Core.Channels;
using Creel.Core.Gateway;
using Creel.Core.Isolation;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Sessions;
using Creel.Core.Work;

namespace Creel.Adapters.Sqlite;

/// <summary>
/// What <c>creel serve</c> keeps, in one SQLite database: tasks, dead letters, agents with their token hashes, cells,
/// conversations with their turns, messages on their way, paired devices, what was provisioned elsewhere, and the audit. All writes go through one thread with group
/// commit; what was answered is on disk.
/// </summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private readonly FileStream ownership;
    private readonly Writer writer;
    private readonly ReadPool readers;

    private SqliteStore(string file, FileStream ownership, Writer writer, ReadPool readers)
    {
        File = file;
        this.ownership = ownership;
        this.writer = writer;
        this.readers = readers;
        Tasks = new TaskTable(writer, readers);
        Letters = new LetterTable(writer, readers);
        Agents = new AgentTable(writer, readers);
        AgentTokens = new AgentTokenTable(writer, readers);
        CheckIns = new CheckInTable(writer, readers);
        Cells = new CellTable(writer, readers);
        Audit = new AuditTable(writer, readers);
        Sessions = new SessionTable(writer, readers);
        Devices = new DeviceTable(writer, readers);
        Provisions = new ProvisionTable(writer, readers);
        Messages = new MessageTable(writer, readers);
        Pairings = new PairingTable(writer, readers);
    }

    public string File { get; }

    public ITaskStore Tasks { get; }

    public IDeadLetters Letters { get; }

    public IAgentRegistry Agents { get; }

    public IAgentTokenStore AgentTokens { get; }

    public ICheckInStore CheckIns { get; }

    public ICellStore Cells { get; }

    public IAuditLog Audit { get; }

    public ISessionStore Sessions { get; }

    public IDeviceStore Devices { get; }

    public IProvisionStore Provisions { get; }

    public IMessageStore Messages { get; }

    public IPairingStore Pairings { get; }

    /// <summary>
    /// Commits, and requests that were acknowledged, since opening: their ratio says how well commits are shared.
    /// </summary>
    public (long Commits, long Requests) Figures => writer.Figures;

    /// <summary>Opens the database, or makes it, and brings it up to this version.</summary>
    /// <param name="path">The file, <c>creel.db</c> in a folder that belongs to Creel; made 0600, a missing folder 0700.</param>
    /// <param name="busyTimeout">How long a lock of another process is waited for; 5 s unless said.</param>
    /// <exception cref="CreelException">
    /// It is another process's, locked, damaged, of a newer version, or can't be written; or the SQLite library is missing.
    /// </exception>
    public static Task<SqliteStore> OpenAsync(string path, TimeSpan? busyTimeout = null, CancellationToken cancel = default) =>
        Task.Run(() => Open(Path.GetFullPath(path), busyTimeout ?? TimeSpan.FromSeconds(5)), cancel);

    /// <summary>Writes what is waiting and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await readers.DisposeAsync().ConfigureAwait(false);
        await writer.DisposeAsync().ConfigureAwait(false);
        await ownership.DisposeAsync().ConfigureAwait(false);
    }

    private static SqliteStore Open(string file, TimeSpan busyTimeout)
    {
        FileStream? ownership = null;
        Connection? connection = null;
        try
        {
            StoreFiles.Prepare(file);
            ownership = StoreLock.Take(file);
            connection = StoreFiles.Open(file, busyTimeout);
            var readers = new ReadPool(file, busyTimeout);
            return new SqliteStore(file, ownership, new Writer(connection, file), readers);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            ownership?.Dispose();
            throw Explain(e, file);
        }
    }

    private static Exception Explain(Exception exception, string file) =>
        exception switch
        {
            SqliteError error => new CreelException(error.ToFault(file), error),
            UnauthorizedAccessException => new CreelException(
                Fault.Missing(
                    "store-rights",
                    $"No right to make or open {file}",
                    "Give the folder to the user that runs creel (chown), or set CREEL_HOME"
                ),
                exception
            ),
            IOException => new CreelException(
                Fault.Unavailable(
                    "store-open",
                    $"{file} can't be made or opened: {exception.Message}",
                    "Check its folder and its disk"
                ),
                exception
            ),
            _ => exception,
        };
}
