using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>
/// A WebSocket with a bounded queue before it: whoever sends never waits, and who does not read is closed. Bytes that wait are
/// counted for this client and for all.
/// </summary>
internal sealed class GatewaySocket(WebSocket socket, SendBudget budget)
{
    private const int FirstBuffer = 4 * 1024;
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    private readonly Channel<ReadOnlyMemory<byte>> waiting = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly CancellationTokenSource over = new();
    private long bytes;
    private (WebSocketCloseStatus Code, string Reason) close = (WebSocketCloseStatus.NormalClosure, "");
    private int closing;

    /// <summary>Why we closed it; null: we did not.</summary>
    public string? Reason => Volatile.Read(ref closing) == 0 ? null : close.Reason;

    public void Send(ReadOnlyMemory<byte> frame)
    {
        if (Volatile.Read(ref closing) != 0)
        {
            return;
        }

        var mine = Interlocked.Add(ref bytes, frame.Length);
        if (!budget.Take(frame.Length, mine))
        {
            Release(frame.Length);
            End(1008, "slow consumer");
            socket.Abort();
            over.Cancel();
            return;
        }

        if (!waiting.Writer.TryWrite(frame))
        {
            Release(frame.Length);
        }
    }

    /// <summary>Closes after what waits; the first reason holds.</summary>
    public void End(int code, string reason)
    {
        if (Interlocked.Exchange(ref closing, 1) == 0)
        {
            close = ((WebSocketCloseStatus)code, Short(reason));
            waiting.Writer.TryComplete();
        }
    }

    /// <summary>Sends until the end, then closes.</summary>
    public async Task SendAllAsync()
    {
        var underWay = 0;
        try
        {
            await foreach (var frame in waiting.Reader.ReadAllAsync(over.Token).ConfigureAwait(false))
            {
                underWay = frame.Length;
                await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, over.Token).ConfigureAwait(false);
                Release(underWay);
                underWay = 0;
            }

            using var grace = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
            grace.CancelAfter(CloseGrace);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(close.Code, close.Reason, grace.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            socket.Abort();
        }
        finally
        {
            waiting.Writer.TryComplete();
            Interlocked.Exchange(ref closing, 1);
            while (waiting.Reader.TryRead(out var left))
            {
                Release(left.Length);
            }

            Release(underWay);
        }
    }

    /// <summary>Gives up on a client that does not take what waits for it, or does not answer the close.</summary>
    public void GiveUpAfterGrace()
    {
        over.Token.UnsafeRegister(static socket => ((WebSocket)socket!).Abort(), socket);
        over.CancelAfter(CloseGrace);
    }

    /// <summary>
    /// Reads on until the client closes too: one that is still sending would otherwise be cut off before it has seen our close.
    /// </summary>
    public async Task DrainAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            while (
                socket.State is WebSocketState.Open or WebSocketState.CloseSent
                && (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false)).MessageType
                    != WebSocketMessageType.Close
            )
            {
                // Not ours any more.
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            // It is gone.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <param name="most">Bytes; a longer frame closes the socket.</param>
    /// <returns>A whole text frame; null at the end.</returns>
    public async Task<ReadOnlyMemory<byte>?> ReceiveAsync(int most, CancellationToken cancel)
    {
        byte[]? buffer = null;
        try
        {
            // Without a buffer until something comes: idle clients cost little.
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancel).ConfigureAwait(false);
            if (first.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
            for (var length = 0; ; )
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
                length += got.Count;
                switch (got.MessageType)
                {
                    case WebSocketMessageType.Close:
                        return null;
                    case WebSocketMessageType.Binary:
                        End(1003, "frames are text");
                        return null;
                }

                if (length > most)
                {
                    End(1009, "frame too large");
                    return null;
                }

                if (got.EndOfMessage)
                {
                    return buffer.AsSpan(0, length).ToArray();
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(length * 2, most + FirstBuffer));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException)
        {
            return null;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private void Release(int count)
    {
        Interlocked.Add(ref bytes, -count);
        budget.Release(count);
    }

    /// <summary>What a close frame has room for.</summary>
    private static string Short(string reason) => reason.Length <= 120 ? reason : reason[..120];
}
