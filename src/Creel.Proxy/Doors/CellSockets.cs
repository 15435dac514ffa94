using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Creel.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Creel.Proxy.Doors;

/// <summary>
/// Accepts on many sockets, one a cell, and hands the connections to one endpoint of the web server, each with its
/// <see cref="Cell"/> on it, or as a <see cref="PortCaller"/>'s.
/// </summary>
internal sealed class CellSockets : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    /// <summary>Connections that one cell may hold, so that it can't take them from the others.</summary>
    public const int MostConnections = 2048;

    /// <summary>Bytes of a connection that wait to be understood.</summary>
    private const int MostReadAhead = 128 * 1024;

    private readonly ConcurrentDictionary<CellId, Door> doors = new();
    private volatile Door? port;
    private readonly Channel<ConnectionContext> accepted = Channel.CreateBounded<ConnectionContext>(256);
    private readonly SocketConnectionContextFactory factory;
    private readonly ILogger log;

    public CellSockets(ILogger log)
    {
        this.log = log;

        // Inline: what comes in is handled by the thread that read it, without two changes of thread on the way.
        factory = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions
            {
                UnsafePreferInlineScheduling = true,
                MaxReadBufferSize = MostReadAhead,
                WaitForDataBeforeAllocatingBuffer = true,
            },
            log
        );
    }

    public EndPoint EndPoint { get; } = new CellsEndPoint();

    public bool CanBind(EndPoint endpoint) => endpoint is CellsEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(this);

    /// <summary>Takes over the socket.</summary>
    public void Open(Cell cell, Socket listener)
    {
        var door = new Door(cell, listener);
        doors[cell.Orders.Cell] = door;
        _ = AcceptLoopAsync(door);
    }

    /// <summary>Closes the socket and every connection that came through it.</summary>
    public void Close(CellId cell)
    {
        if (doors.TryRemove(cell, out var door))
        {
            Shut(door);
        }
    }

    /// <summary>Takes over the socket: of TCP, and nobody's in particular.</summary>
    public void OpenPort(Socket listener)
    {
        ClosePort();
        var door = new Door(null, listener);
        port = door;
        _ = AcceptLoopAsync(door);
    }

    /// <summary>With every connection that came through it.</summary>
    public void ClosePort()
    {
        if (port is { } door)
        {
            port = null;
            Shut(door);
        }
    }

    public int Connections(CellId cell) => doors.TryGetValue(cell, out var door) ? door.Open.Count : 0;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
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
            door.Listener.Dispose();
        }

        port?.Listener.Dispose();
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
        ClosePort();
        factory.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Shut(Door door)
    {
        door.Listener.Dispose();
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
                socket = await door.Listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, or a client that gave up: the next one may do better.
                await Task.Delay(50).ConfigureAwait(false);
                continue;
            }

            if (door.Open.Count >= MostConnections)
            {
                socket.Dispose();
                continue;
            }

            try
            {
                if (door.Cell is null)
                {
                    socket.NoDelay = true;
                }

                await HandOverAsync(door, factory.Create(socket)).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // One connection that fails does not shut the door.
                log.LogError(e, "A connection of {Door} can't be taken", door);
                socket.Dispose();
            }
        }
    }

    private async ValueTask HandOverAsync(Door door, ConnectionContext connection)
    {
        if (door.Cell is { } cell)
        {
            connection.Features.Set(cell);
        }
        else
        {
            connection.Features.Set(new PortCaller(((IPEndPoint)connection.RemoteEndPoint!).Address));
        }

        door.Open[connection] = true;
        connection.ConnectionClosed.Register(() => door.Open.TryRemove(connection, out _));
        try
        {
            await accepted.Writer.WriteAsync(connection).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            connection.Abort();
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <param name="Cell">Null: the compatibility port.</param>
    private sealed record Door(Cell? Cell, Socket Listener)
    {
        public ConcurrentDictionary<ConnectionContext, bool> Open { get; } = new();

        public override string ToString() => Cell is null ? "the compatibility port" : $"cell {Cell.Orders.Cell}";
    }
}
