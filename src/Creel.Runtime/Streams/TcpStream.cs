using System.Net;
using System.Net.Sockets;
using Creel.Core;
using Creel.Core.Link;

namespace Creel.Runtime.Streams;

/// <summary>A port on the cell's own loopback, and nowhere else.</summary>
internal static class TcpStream
{
    public static async Task<StreamEnd> ServeAsync(LinkStream stream, StreamOpen order)
    {
        if (order.Port is < 1 or > 65535)
        {
            throw new CreelException(Fault.Invalid("port", "The port must be from 1 to 65535"));
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, order.Port), stream.Over).ConfigureAwait(false);
            await Task.WhenAll(InAsync(stream, socket), OutAsync(stream, socket)).ConfigureAwait(false);
            return new StreamEnd();
        }
        catch (SocketException e)
        {
            return new StreamEnd(Error: $"Port {order.Port} in the cell: {e.Message}");
        }
    }

    private static async Task InAsync(LinkStream stream, Socket socket)
    {
        while (await stream.ReceiveAsync().ConfigureAwait(false) is { } piece)
        {
            await socket.SendAllAsync(piece, stream.Over).ConfigureAwait(false);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task OutAsync(LinkStream stream, Socket socket)
    {
        var buffer = new byte[StreamFrame.MaxData];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, stream.Over).ConfigureAwait(false)) > 0)
        {
            await stream.SendAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
        }

        await stream.FinishAsync().ConfigureAwait(false);
    }
}
