using System.Net.WebSockets;
using System.Text;
using Creel.Core;
using Creel.Core.Channels;

namespace Creel.Server.Gateway.Channels;

/// <summary>A WebSocket as channels see it.</summary>
internal sealed class ClientSocket(WebSocket socket) : IClientSocket, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim sending = new(1);

    public async ValueTask<string?> ReceiveAsync(int most, CancellationToken cancel)
    {
        var buffer = new byte[Math.Min(most, 4096)];
        var length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                if (part.MessageType == WebSocketMessageType.Binary)
                {
                    throw new CreelException(Fault.Invalid("socket-binary", "only texts are understood here"));
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    return Encoding.UTF8.GetString(buffer, 0, length);
                }

                if (length == buffer.Length)
                {
                    if (length >= most)
                    {
                        throw new CreelException(new Fault(FaultKind.TooLarge, "socket-text", $"longer than {most} bytes"));
                    }

                    Array.Resize(ref buffer, Math.Min(most, length * 4));
                }
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public async ValueTask SendAsync(string text, CancellationToken cancel)
    {
        await sending.WaitAsync(cancel);
        try
        {
            // Who does not read holds up nobody else for long.
            using var limit = new CancellationTokenSource(Patience);
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, limit.Token);
        }
        catch (Exception e)
            when (e is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            socket.Abort();
        }
        finally
        {
            sending.Release();
        }
    }

    public ValueTask CloseAsync(string reason) =>
        CloseAsync(WebSocketCloseStatus.PolicyViolation, reason.Length > 120 ? reason[..120] : reason);

    private async ValueTask CloseAsync(WebSocketCloseStatus status, string reason)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await socket.CloseOutputAsync(status, reason, limit.Token);
        }
        catch (Exception e)
            when (e is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            socket.Abort();
        }
    }

    /// <summary>Answers a client that takes its leave.</summary>
    public async ValueTask PartAsync()
    {
        if (socket.State == WebSocketState.CloseReceived)
        {
            await CloseAsync(WebSocketCloseStatus.NormalClosure, "");
        }
    }

    public void Dispose() => sending.Dispose();
}
