using System.Threading.Channels;
using Creel.Core;

namespace Creel.Adapters.Sqlite;

/// <summary>A few read-only connections; a reader never waits for the writer, nor the writer for it.</summary>
internal sealed class ReadPool : IAsyncDisposable
{
    private const int Size = 4;

    private readonly Channel<Connection> idle = Channel.CreateBounded<Connection>(Size);
    private readonly string file;

    public ReadPool(string file, TimeSpan busyTimeout)
    {
        this.file = file;
        for (var i = 0; i < Size; i++)
        {
            idle.Writer.TryWrite(Connection.Open(file, readOnly: true, busyTimeout));
        }
    }

    /// <exception cref="CreelException">The store can't be read; the fault says why.</exception>
    public async ValueTask<T> DoAsync<T>(Func<Connection, T> read, CancellationToken cancel)
    {
        Connection connection;
        try
        {
            connection = await idle.Reader.ReadAsync(cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new CreelException(Fault.Unavailable("store-closed", $"The database {file} is closed: creel is stopping"));
        }

        try
        {
            return read(connection);
        }
        catch (SqliteError error)
        {
            throw new CreelException(error.ToFault(file), error);
        }
        finally
        {
            connection.ResetAll();
            if (!idle.Writer.TryWrite(connection))
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>Closes the idle connections now, and those in use when they come back.</summary>
    public ValueTask DisposeAsync()
    {
        idle.Writer.TryComplete();
        while (idle.Reader.TryRead(out var connection))
        {
            connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
