using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Creel.Core.Link;

namespace Creel.Tests.Hub;

/// <summary>The other end of a link: an agent of the older protocol, or a stand-in for creel-runtime.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly ClientWebSocket socket;
    private readonly HttpMessageInvoker? invoker;
    private readonly Channel<JsonElement> texts = Channel.CreateUnbounded<JsonElement>();
    private readonly Channel<StreamFrame> frames = Channel.CreateUnbounded<StreamFrame>();
    private readonly Task reading;

    private Peer(ClientWebSocket socket, HttpMessageInvoker? invoker)
    {
        this.socket = socket;
        this.invoker = invoker;
        reading = ReadAllAsync();
    }

    public Task Closed => reading;

    public int? CloseCode => (int?)socket.CloseStatus;

    public string? CloseReason => socket.CloseStatusDescription;

    /// <summary>Connects as the older agents do, with the token in the path.</summary>
    public static async Task<Peer> OldAsync(HubServer server, string agent, string token, int? port = null)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port ?? server.SocketPort}/agent/{agent}/{token}"), default);
        return new Peer(socket, null);
    }

    /// <summary>Connects on a cell's socket and says nothing yet.</summary>
    public static Task<Peer> DialAsync(HubServer server, string cell) =>
        DialAsync(Path.Combine(server.SocketFolder(cell), "hub.sock"));

    private static async Task<Peer> DialAsync(string path)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await unix.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return new NetworkStream(unix, ownsSocket: true);
            },
        };
        var invoker = new HttpMessageInvoker(handler);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("creel.link.1");
        await socket.ConnectAsync(new Uri("ws://hub/cell"), invoker, default);
        return new Peer(socket, invoker);
    }

    /// <summary>The same by the path of the cell's socket.</summary>
    public static async Task<Peer> RuntimeAsync(string path)
    {
        var peer = await DialAsync(path);
        await peer.HelloAsync();
        (await peer.NextAsync()).GetProperty("type").GetString().ShouldBe("welcome");
        return peer;
    }

    /// <summary>Connects as a runtime, and waits for the welcome.</summary>
    public static async Task<Peer> RuntimeAsync(
        HubServer server,
        string cell,
        string journal = "j1",
        string[]? running = null,
        string[]? pending = null,
        string[]? finished = null
    )
    {
        var peer = await DialAsync(server, cell);
        await peer.HelloAsync(journal, running, pending, finished);
        (await peer.NextAsync()).GetProperty("type").GetString().ShouldBe("welcome");
        return peer;
    }

    public Task HelloAsync(
        string journal = "j1",
        string[]? running = null,
        string[]? pending = null,
        string[]? finished = null
    ) =>
        SendAsync(
            "hello",
            new
            {
                protocol = 1,
                version = "0.1.0",
                journal,
                running = running ?? [],
                pending = pending ?? [],
                finished = finished ?? [],
            }
        );

    public Task SendAsync(string type, object payload, string to = "host", string from = "somebody") =>
        SendTextAsync(
            JsonSerializer.Serialize(
                new
                {
                    id = "x",
                    from,
                    to,
                    type,
                    timestamp = 1,
                    payload,
                }
            )
        );

    public Task SendTextAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    public Task SendFrameAsync(StreamFrameKind kind, uint stream, byte[] body) =>
        socket.SendAsync(new StreamFrame(kind, stream, body).ToBytes(), WebSocketMessageType.Binary, true, default);

    public Task RespondAsync(string taskId, string state = "succeeded", object? result = null, string? error = null) =>
        SendAsync(
            "response",
            new
            {
                taskId,
                success = state == "succeeded",
                state,
                result = result
                    ?? new
                    {
                        stdout = "",
                        stderr = "",
                        exitCode = 0,
                    },
                error,
                duration = 1,
                timestamp = 1,
            }
        );

    public async Task<JsonElement> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await texts.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next message of this type; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.GetProperty("type").GetString() == type)
            {
                return message;
            }
        }
    }

    /// <summary>The id of the next task.</summary>
    public async Task<string> NextTaskAsync() =>
        (await NextAsync("task")).GetProperty("payload").GetProperty("taskId").GetString()!;

    public async Task<StreamFrame> NextFrameAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await frames.Reader.ReadAsync(limit.Token);
    }

    public bool TryNext(out JsonElement message) => texts.Reader.TryRead(out message);

    public bool TryNextFrame(out StreamFrame frame) => frames.Reader.TryRead(out frame);

    /// <summary>Goes without a word.</summary>
    public void Abort() => socket.Abort();

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
        invoker?.Dispose();
    }

    private async Task ReadAllAsync()
    {
        var buffer = new byte[64 * 1024];
        var message = new MemoryStream();
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), default);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    break;
                }

                message.Write(buffer, 0, got.Count);
                if (got.EndOfMessage)
                {
                    Deliver(got.MessageType, message.ToArray());
                    message.SetLength(0);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        { }

        texts.Writer.TryComplete();
        frames.Writer.TryComplete();
    }

    private void Deliver(WebSocketMessageType type, byte[] bytes)
    {
        if (type == WebSocketMessageType.Text)
        {
            texts.Writer.TryWrite(HubServer.Parse(Encoding.UTF8.GetString(bytes)));
        }
        else if (StreamFrame.TryRead(bytes, out var frame))
        {
            frames.Writer.TryWrite(frame);
        }
    }
}
