using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Creel.Core;
using Creel.Server.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Hub.Links;

/// <summary>
/// Accepts on many sockets, one a cell, and hands the connections to one endpoint of the web server, each with the name of its
/// cell on it. A socket of its own costs a cell 4 KiB; an endpoint of its own would cost a thread.
/// </summary>
internal sealed class CellSockets : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    /// <summary>Connections that one cell may hold, so that it can't take them from the others.</summary>
    private const int MostConnections = 128;

    /// <summary>Bytes of a connection that wait to be understood; the server's own default is sixteen times as much.</summary>
    private const int MostReadAhead = 64 * 1024;

    private readonly SocketConnectionContextFactory factory;
    private readonly ConcurrentDictionary<CellId, Door> doors = new();
    private readonly Channel<ConnectionContext> accepted = Channel.CreateBounded<ConnectionContext>(256);

    private readonly ILogger log;

    public CellSockets(ILogger log)
    {
        this.log = log;

        // Inline: what comes in is handled by the thread that read it, without two changes of thread on the way.
        factory = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true, MaxReadBufferSize = MostReadAhead },
            log
        );
    }

    public EndPoint EndPoint { get; } = new CellsEndPoint();

    public bool CanBind(EndPoint endpoint) => endpoint is CellsEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(this);

    /// <summary>Listens in the cell's folder. Idempotent.</summary>
    /// <exception cref="CreelException">The folder or the socket can't be made.</exception>
    public void Open(CellId cell, string folder, int? gid)
    {
        if (doors.ContainsKey(cell))
        {
            return;
        }

        var door = new Door(cell, SocketFolder.Listen(folder, gid), SocketFolder.SocketPath(folder));
        if (doors.TryAdd(cell, door))
        {
            _ = AcceptLoopAsync(door);
        }
        else
        {
            door.Listener.Dispose();
        }
    }

    /// <summary>Closes the socket and every connection that came through it.</summary>
    public void Close(CellId cell)
    {
        if (doors.TryRemove(cell, out var door))
        {
            Shut(door);
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (accepted.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        foreach (var door in doors.Values)
        {
            door.StopListening();
        }

        accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var door in doors.Values)
        {
            Shut(door);
        }

        doors.Clear();
        factory.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Shut(Door door)
    {
        door.StopListening();
        foreach (var connection in door.Open.Keys)
        {
            connection.Abort(new ConnectionAbortedException("the cell is gone"));
        }
    }

    private async Task AcceptLoopAsync(Door door)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await door.Listener.AcceptAsync();
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is not (SocketError.OperationAborted or SocketError.Interrupted))
            {
                // Out of descriptors, or a client that gave up: the next one may do better.
                await Task.Delay(50);
                continue;
            }
            catch (SocketException)
            {
                return;
            }

            if (door.Open.Count >= MostConnections)
            {
                socket.Dispose();
                continue;
            }

            try
            {
                await HandOverAsync(door, factory.Create(socket));
            }
            catch (Exception e)
            {
                // One connection that fails does not shut the door.
                log.LogError(e, "A connection of cell {Cell} can't be taken", door.Cell);
                socket.Dispose();
            }
        }
    }

    private async ValueTask HandOverAsync(Door door, ConnectionContext connection)
    {
        connection.Features.Set(new CellCaller(door.Cell));
        door.Open[connection] = true;
        connection.ConnectionClosed.Register(() => door.Open.TryRemove(connection, out _));
        try
        {
            await accepted.Writer.WriteAsync(connection);
        }
        catch (ChannelClosedException)
        {
            connection.Abort();
            await connection.DisposeAsync();
        }
    }

    private sealed record Door(CellId Cell, Socket Listener, string Path)
    {
        public ConcurrentDictionary<ConnectionContext, bool> Open { get; } = new();

        /// <summary>Also where somebody has cleared the folder away: then there is nothing left to remove.</summary>
        public void StopListening()
        {
            Listener.Dispose();
            try
            {
                File.Delete(Path);
            }
            catch (DirectoryNotFoundException) { }
        }
    }
}
