using System.Buffers;
using System.Net.Sockets;
using System.Net.WebSockets;
using Creel.Core;
using Creel.Runtime.Link;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>One connection to the gateway, past its handshake.</summary>
internal sealed class GatewayClient(WebSocket socket) : IDisposable
{
    /// <summary>Somewhat more than the gateway itself takes.</summary>
    private const int LongestMessage = 32 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> message = new(16 * 1024);

    /// <exception cref="CreelException">Nobody listens there, or the gateway refuses.</exception>
    public static async Task<GatewayClient> OpenAsync(int port, string token, CancellationToken cancel)
    {
        WebSocket? socket = null;
        try
        {
            socket = await SocketUpgrade.ConnectAsync(port, "/", cancel).ConfigureAwait(false);
            var client = new GatewayClient(socket);
            await client.GreetAsync(token, cancel).ConfigureAwait(false);
            return client;
        }
        catch (Exception e)
        {
            socket?.Dispose();
            throw e is SocketException or WebSocketException ? Lost(e) : e;
        }
    }

    /// <summary>The gateway speaks first; then the token, once, and its answer.</summary>
    public async Task GreetAsync(string token, CancellationToken cancel)
    {
        var shown = false;
        while (true)
        {
            var frame = await NextAsync(cancel).ConfigureAwait(false);
            if (frame.Event == "connect.challenge" && !shown)
            {
                shown = true;
                await SendAsync(GatewayCalls.Connect(token), cancel).ConfigureAwait(false);
            }
            else if (frame.Id == GatewayCalls.ConnectId)
            {
                if (!frame.Ok)
                {
                    throw new CreelException(Fault.Refused("gateway-refused", $"OpenClaw refuses the connection: {frame.Error}"));
                }

                return;
            }
        }
    }

    /// <exception cref="CreelException">The gateway is gone.</exception>
    public async Task SendAsync(byte[] request, CancellationToken cancel)
    {
        try
        {
            await socket.SendAsync(request.AsMemory(), WebSocketMessageType.Text, true, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            throw Lost(e);
        }
    }

    /// <summary>The next message that means something.</summary>
    /// <exception cref="CreelException">The gateway is gone, or breaks the rules.</exception>
    public async Task<GatewayFrame> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            message.ResetWrittenCount();
            ValueWebSocketReceiveResult piece;
            do
            {
                piece = await ReceiveAsync(cancel).ConfigureAwait(false);
                if (piece.MessageType == WebSocketMessageType.Close || message.WrittenCount > LongestMessage)
                {
                    throw Lost(null);
                }
            } while (!piece.EndOfMessage);
            if (piece.MessageType == WebSocketMessageType.Text && GatewayFrame.Read(message.WrittenMemory) is { } frame)
            {
                return frame;
            }
        }
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(CancellationToken cancel)
    {
        try
        {
            var piece = await socket.ReceiveAsync(message.GetMemory(16 * 1024), cancel).ConfigureAwait(false);
            message.Advance(piece.Count);
            return piece;
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            throw Lost(e);
        }
    }

    private static CreelException Lost(Exception? inner) =>
        new(
            Fault.Unavailable(
                "gateway-gone",
                "OpenClaw's gateway in this cell ended the connection",
                "Send the task again when creel ps shows its brain as healthy"
            ),
            inner
        );
}
