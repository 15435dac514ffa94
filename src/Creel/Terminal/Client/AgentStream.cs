using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;

namespace Creel.Terminal.Client;

/// <summary>Bytes both ways between the terminal and a cell, over one WebSocket.</summary>
internal sealed class AgentStream : IAsyncDisposable
{
    private sealed record Notice(StreamEnd? End);

    private readonly ClientWebSocket socket;
    private readonly SemaphoreSlim sending = new(1, 1);

    private readonly HttpMessageInvoker invoker;

    private AgentStream(ClientWebSocket socket, HttpMessageInvoker invoker)
    {
        this.socket = socket;
        this.invoker = invoker;
    }

    /// <summary>How it ended, once <see cref="ReadAsync"/> has answered 0.</summary>
    public StreamEnd? End { get; private set; }

    /// <param name="path">Of the stream, below the server's address.</param>
    public static async Task<AgentStream> OpenAsync(ServerDoor door, string path, string token, CancellationToken cancel)
    {
        var url = new Uri(door.Url, path);
        var address = new UriBuilder(url) { Scheme = url.Scheme == "https" ? "wss" : "ws" }.Uri;
        var keeper = new RefusalKeeper(door.Handler());
        var invoker = new HttpMessageInvoker(keeper);
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        try
        {
            await socket.ConnectAsync(address, invoker, cancel);
            return new AgentStream(socket, invoker);
        }
        catch (Exception e)
        {
            socket.Dispose();
            invoker.Dispose();
            if (e is not WebSocketException)
            {
                throw;
            }

            throw keeper.Refusal is { } refusal ? ApiFault.Of(refusal.Status, refusal.Body, "the stream") : door.Explain(e);
        }
    }

    /// <summary>Sends bytes to the program in the cell; waits while it does not read.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        SendAsync(bytes, WebSocketMessageType.Binary, cancel);

    /// <summary>Ends the program's input.</summary>
    public Task FinishAsync(CancellationToken cancel) => TellAsync(new { finish = true }, cancel);

    public Task ResizeAsync(int columns, int rows, CancellationToken cancel) =>
        TellAsync(new { resize = new { columns, rows } }, cancel);

    /// <summary>Takes the next bytes from the cell; 0 at the end, after which <see cref="End"/> says how it came.</summary>
    /// <exception cref="CreelException">The connection broke off before the end.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        var text = new MemoryStream();
        while (true)
        {
            ValueWebSocketReceiveResult got;
            try
            {
                got = await socket.ReceiveAsync(buffer, cancel);
            }
            catch (WebSocketException e)
            {
                throw BrokenOff(e);
            }

            switch (got.MessageType)
            {
                case WebSocketMessageType.Binary when got.Count > 0:
                    return got.Count;
                case WebSocketMessageType.Text when text.Length < 65536:
                    text.Write(buffer.Span[..got.Count]);
                    if (got.EndOfMessage && Read(text) is { } end)
                    {
                        End = end;
                        return 0;
                    }

                    break;
                case WebSocketMessageType.Close:
                    End ??= Closed();
                    return 0;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The other side may have gone already, and nobody waits for its word.
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, soon.Token);
            }
        }
        catch (Exception e)
            when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        { }

        socket.Dispose();
        invoker.Dispose();
        sending.Dispose();
    }

    private static StreamEnd? Read(MemoryStream text)
    {
        try
        {
            return JsonSerializer.Deserialize<Notice>(text.GetBuffer().AsSpan(0, (int)text.Length), CliJson.Line)?.End;
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            text.SetLength(0);
        }
    }

    private static CreelException BrokenOff(Exception? e) =>
        new(Fault.Unavailable("stream-gone", "the stream broke off", "see whether the agent still runs: creel ps"), e);

    private StreamEnd Closed() =>
        socket.CloseStatus == WebSocketCloseStatus.NormalClosure
            ? new StreamEnd()
            : throw new CreelException(
                Fault.Unavailable(
                    "stream-gone",
                    string.IsNullOrEmpty(socket.CloseStatusDescription)
                        ? "the stream broke off"
                        : PlainText.Line(socket.CloseStatusDescription),
                    "see whether the agent still runs: creel ps"
                )
            );

    private Task TellAsync<T>(T notice, CancellationToken cancel) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(notice, CliJson.Line), WebSocketMessageType.Text, cancel);

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken cancel)
    {
        await sending.WaitAsync(cancel);
        try
        {
            await socket.SendAsync(bytes, type, endOfMessage: true, cancel);
        }
        catch (WebSocketException e)
        {
            throw BrokenOff(e);
        }
        finally
        {
            sending.Release();
        }
    }
}
