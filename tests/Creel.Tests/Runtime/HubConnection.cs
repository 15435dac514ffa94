using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core.Link;

namespace Creel.Tests.Runtime;

/// <summary>One runtime's connection, seen from the hub.</summary>
internal sealed class HubConnection(WebSocket socket, TestHub hub, string path, string authorization)
{
    private readonly SemaphoreSlim sending = new(1);
    private readonly Lock gate = new();
    private readonly List<Envelope> messages = [];
    private readonly List<StreamFrame> frames = [];

    public string Path => path;

    public string Authorization => authorization;

    public Hello? Hello { get; private set; }

    /// <summary>Responses are acknowledged as they come.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>Told the task of each response as it comes.</summary>
    public Action<string>? OnResponse { get; set; }

    public IReadOnlyList<Envelope> Messages
    {
        get
        {
            lock (gate)
            {
                return [.. messages];
            }
        }
    }

    public IReadOnlyList<StreamFrame> Frames(uint stream)
    {
        lock (gate)
        {
            return [.. frames.Where(f => f.Stream == stream)];
        }
    }

    public void Abort() => socket.Abort();

    public async Task SendAsync(string type, string to, object payload)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var body = payload as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(payload, JsonSerializerOptions.Web);
        EnvelopeCodec.Write(buffer, new Envelope(Guid.NewGuid().ToString(), "host", to, type, 1, body));
        await WriteAsync(buffer.WrittenMemory, WebSocketMessageType.Text);
    }

    public Task SendAsync(StreamFrameKind kind, uint stream, ReadOnlyMemory<byte> body = default) =>
        WriteAsync(new StreamFrame(kind, stream, body).ToBytes(), WebSocketMessageType.Binary);

    public Task OpenAsync(uint stream, StreamOpen order) =>
        SendAsync(StreamFrameKind.Open, stream, JsonSerializer.SerializeToUtf8Bytes(order, LinkJson.Default.StreamOpen));

    public Task NoticeAsync(string type, string id) => SendAsync(type, "cell", new TaskNotice(id));

    /// <summary>Sends a task and waits for its response.</summary>
    public async Task<JsonElement> RunAsync(string agent, object task)
    {
        var id = Guid.CreateVersion7().ToString();
        await SubmitAsync(agent, id, task);
        return await ResponseAsync(id);
    }

    public Task SubmitAsync(string agent, string id, object task)
    {
        var payload = JsonSerializer.SerializeToNode(task, JsonSerializerOptions.Web)!.AsObject();
        payload["taskId"] = id;
        return SendAsync(MessageTypes.Task, agent, payload);
    }

    public async Task<JsonElement> ResponseAsync(string id) =>
        JsonDocument.Parse((await MessageAsync(m => m.Type == MessageTypes.Response && About(m) == id)).Payload).RootElement;

    public async Task StartedAsync(string id) => await MessageAsync(m => m.Type == MessageTypes.Started && About(m) == id);

    public async Task<Envelope> MessageAsync(Func<Envelope, bool> fits)
    {
        await Eventually.Until(() => Messages.Any(fits));
        return Messages.First(fits);
    }

    public async Task<StreamEnd> StreamEndAsync(uint stream)
    {
        await Eventually.Until(() => Frames(stream).Any(f => f.Kind == StreamFrameKind.End));
        var frame = Frames(stream).First(f => f.Kind == StreamFrameKind.End);
        return JsonSerializer.Deserialize(frame.Body.Span, LinkJson.Default.StreamEnd)!;
    }

    public byte[] StreamBytes(uint stream) =>
        [.. Frames(stream).Where(f => f.Kind == StreamFrameKind.Data).SelectMany(f => f.Body.ToArray())];

    public string StreamText(uint stream) => System.Text.Encoding.UTF8.GetString(StreamBytes(stream));

    public async Task RunAsync()
    {
        var buffer = new byte[EnvelopeCodec.MaxMessage];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult piece;
                do
                {
                    piece = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += piece.Count;
                } while (!piece.EndOfMessage);

                if (piece.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                await TakeAsync(buffer.AsSpan(0, length).ToArray(), piece.MessageType == WebSocketMessageType.Text);
            }
        }
        catch (WebSocketException)
        {
            // The runtime is gone, which some tests want.
        }
    }

    public static string? About(Envelope message) =>
        JsonDocument.Parse(message.Payload).RootElement.TryGetProperty("taskId", out var id) ? id.GetString() : null;

    private async Task TakeAsync(byte[] bytes, bool text)
    {
        if (!text)
        {
            StreamFrame.TryRead(bytes, out var frame).ShouldBeTrue();
            lock (gate)
            {
                frames.Add(frame);
            }

            return;
        }

        var message = EnvelopeCodec.Read(bytes, out var problem);
        problem.ShouldBeNull();
        lock (gate)
        {
            messages.Add(message!);
        }

        if (message!.Type == MessageTypes.Hello)
        {
            await SendAsync(MessageTypes.Welcome, "cell", hub.Welcome);
            Hello = JsonSerializer.Deserialize(message.Payload.Span, LinkJson.Default.Hello);
        }
        else if (message.Type == MessageTypes.Response)
        {
            OnResponse?.Invoke(About(message)!);
            if (Acknowledges)
            {
                await NoticeAsync(MessageTypes.Ack, About(message)!);
            }
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(bytes, type, true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }
}
