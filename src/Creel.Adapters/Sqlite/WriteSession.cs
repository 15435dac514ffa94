namespace Creel.Adapters.Sqlite;

/// <summary>
/// What a request sees while it runs on the writer's thread: the connection, and what the writer keeps in memory.
/// </summary>
internal sealed class WriteSession(Connection connection)
{
    public Connection Connection { get; } = connection;

    public TaskWrites Tasks { get; } = new(connection);

    public AuditWrites Audit { get; } = new(connection);

    /// <summary>Reads again what is kept in memory; needed at the start and after everything that was rolled back.</summary>
    public void Reload()
    {
        Tasks.Reload();
        Audit.Reload();
    }
}
