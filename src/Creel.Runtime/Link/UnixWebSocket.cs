using System.Net.Sockets;
using System.Net.WebSockets;

namespace Creel.Runtime.Link;

/// <summary>
/// The client's side of a WebSocket (RFC 6455) on a unix socket. .NET's own takes its masks from OpenSSL, which an image need
/// not have and which is loaded longer than a cell takes to connect. It asks for no signs of life: who is at the other end of
/// a unix socket is there, or it is closed.
/// </summary>
internal sealed class UnixWebSocket(Socket socket, string protocol) : WebSocket
{
    private readonly byte[] small = new byte[4096];
    private readonly byte[] sending = new byte[4096];
    private readonly SemaphoreSlim turn = new(1);
    private int start;
    private int end;
    private FrameHeader frame = new(FrameKind.Continuation, Last: true, 0);
    private WebSocketMessageType type;
    private int left;
    private bool inMessage;
    private bool unfinished;
    private WebSocketState state = WebSocketState.Open;

    public override WebSocketCloseStatus? CloseStatus => null;
    public override string? CloseStatusDescription => null;
    public override WebSocketState State => state;
    public override string SubProtocol => protocol;

    public override async ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    )
    {
        var kind =
            unfinished ? FrameKind.Continuation
            : messageType == WebSocketMessageType.Text ? FrameKind.Text
            : FrameKind.Binary;
        unfinished = !endOfMessage;
        await SendFrameAsync(new FrameHeader(kind, endOfMessage, buffer.Length), buffer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Control frames are dealt with on the way; only a close is told.</summary>
    /// <exception cref="WebSocketException">The other side is gone, or breaks the rules.</exception>
    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        while (left == 0)
        {
            await NextFrameAsync(cancellationToken).ConfigureAwait(false);
            if (frame.Kind == FrameKind.Close)
            {
                state = WebSocketState.CloseReceived;
                return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true);
            }

            if (!frame.IsControl && frame.Length == 0)
            {
                return Piece(0);
            }
        }

        var wanted = buffer[..Math.Min(buffer.Length, left)];
        var count = Math.Min(wanted.Length, end - start);
        if (count > 0)
        {
            small.AsSpan(start, count).CopyTo(wanted.Span);
            start += count;
        }
        else
        {
            count = await ReadAsync(wanted, cancellationToken).ConfigureAwait(false);
        }

        left -= count;
        return Piece(count);
    }

    public override void Abort()
    {
        state = WebSocketState.Aborted;
        socket.Dispose();
    }

    public override void Dispose()
    {
        Abort();
        turn.Dispose();
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancel) =>
        throw new NotSupportedException("The link is ended by closing its socket");

    public override Task CloseOutputAsync(
        WebSocketCloseStatus closeStatus,
        string? statusDescription,
        CancellationToken cancel
    ) => throw new NotSupportedException("The link is ended by closing its socket");

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancel)
    {
        var result = await ReceiveAsync(buffer.AsMemory(), cancel).ConfigureAwait(false);
        return new WebSocketReceiveResult(result.Count, result.MessageType, result.EndOfMessage);
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    ) => SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    private ValueWebSocketReceiveResult Piece(int count)
    {
        var over = left == 0 && frame.Last;
        inMessage = !over;
        return new ValueWebSocketReceiveResult(count, type, over);
    }

    /// <summary>Reads a header, and of a control frame the rest.</summary>
    private async ValueTask NextFrameAsync(CancellationToken cancel)
    {
        await BufferAsync(2, cancel).ConfigureAwait(false);
        var length = FrameHeader.BytesOf(small.AsSpan(start));
        await BufferAsync(length, cancel).ConfigureAwait(false);
        frame = FrameHeader.Read(small.AsSpan(start, length)) ?? throw Broken();
        start += length;
        if (frame.IsControl)
        {
            await BufferAsync(frame.Length, cancel).ConfigureAwait(false);
            var payload = small.AsMemory(start, frame.Length);
            if (frame.Kind == FrameKind.Ping)
            {
                await SendFrameAsync(frame with { Kind = FrameKind.Pong }, payload, cancel).ConfigureAwait(false);
            }

            start += frame.Length;
            return;
        }

        if (inMessage != (frame.Kind == FrameKind.Continuation))
        {
            throw Broken();
        }

        if (!inMessage)
        {
            type = frame.Kind == FrameKind.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        }

        left = frame.Length;
    }

    private async ValueTask BufferAsync(int count, CancellationToken cancel)
    {
        if (start + count > small.Length || start == end)
        {
            small.AsSpan(start, end - start).CopyTo(small);
            (start, end) = (0, end - start);
        }

        while (end - start < count)
        {
            end += await ReadAsync(small.AsMemory(end), cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            var count = await socket.ReceiveAsync(buffer, cancel).ConfigureAwait(false);
            return count > 0
                ? count
                : throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, "the hub is gone");
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, e);
        }
    }

    private async ValueTask SendFrameAsync(FrameHeader header, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            // A small message is one packet, so that the other side wakes up once.
            var length = header.Write(sending);
            var first = Math.Min(payload.Length, sending.Length - length);
            payload.Span[..first].CopyTo(sending.AsSpan(length));
            await socket.SendAllAsync(sending.AsMemory(0, length + first), cancel).ConfigureAwait(false);
            await socket.SendAllAsync(payload[first..], cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, e);
        }
        finally
        {
            turn.Release();
        }
    }

    private static WebSocketException Broken() => new(WebSocketError.InvalidMessageType, "the hub breaks the rules of WebSocket");
}
