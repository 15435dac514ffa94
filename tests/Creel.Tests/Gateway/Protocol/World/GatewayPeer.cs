using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Creel.Tests.Gateway.Protocol.World;

/// <summary>A client of the gateway, frame by frame.</summary>
internal sealed class GatewayPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket socket = new();
    private readonly Channel<JsonElement> frames = Channel.CreateUnbounded<JsonElement>();
    private Task reading = Task.CompletedTask;
    private int calls;

    /// <summary>All events, in the order in which they came.</summary>
    public List<JsonElement> Events { get; } = [];

    /// <summary>How the server closed it; null before.</summary>
    public (int Code, string Reason)? Closed { get; private set; }

    public static async Task<GatewayPeer> OpenAsync(GatewayWorld world, string? origin = null)
    {
        var peer = new GatewayPeer();
        if (origin is not null)
        {
            peer.socket.Options.SetRequestHeader("Origin", origin);
        }

        await peer.socket.ConnectAsync(world.Url, CancellationToken.None);
        peer.reading = peer.ReadAsync();
        return peer;
    }

    /// <summary>Connected with the token, as a program beside the gateway.</summary>
    public static async Task<GatewayPeer> InAsync(GatewayWorld world, int protocol = 4, string[]? scopes = null)
    {
        var peer = await OpenAsync(world);
        var hello = await peer.ConnectAsync(Connect(scopes: scopes ?? ["operator.admin"], least: 3, most: protocol));
        hello.GetProperty("ok").GetBoolean().ShouldBeTrue(hello.ToString());
        return peer;
    }

    public static JsonObject Connect(
        string id = "gateway-client",
        string mode = "backend",
        string[]? scopes = null,
        JsonObject? auth = null,
        int least = 3,
        int most = 4
    ) =>
        new()
        {
            ["minProtocol"] = least,
            ["maxProtocol"] = most,
            ["client"] = new JsonObject
            {
                ["id"] = id,
                ["version"] = "1",
                ["platform"] = "linux",
                ["mode"] = mode,
            },
            ["role"] = "operator",
            ["scopes"] = new JsonArray([.. (scopes ?? ["operator.admin"]).Select(s => (JsonNode)s)]),
            ["auth"] = auth ?? new JsonObject { ["token"] = GatewayWorld.Token },
        };

    /// <summary>The challenge's nonce.</summary>
    public async Task<string> NonceAsync()
    {
        var challenge = await EventAsync("connect.challenge");
        return challenge.GetProperty("nonce").GetString()!;
    }

    public async Task<JsonElement> ConnectAsync(JsonObject parameters)
    {
        await NonceAsync();
        return await CallAsync("connect", parameters);
    }

    /// <summary>The first answer.</summary>
    public async Task<JsonElement> CallAsync(string method, JsonNode? parameters = null)
    {
        var id = Interlocked.Increment(ref calls).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendAsync(
            new JsonObject
            {
                ["type"] = "req",
                ["id"] = id,
                ["method"] = method,
                ["params"] = parameters?.DeepClone() ?? new JsonObject(),
            }
        );
        return await AnswerAsync(id);
    }

    /// <summary>The payload of an answer that must be ok.</summary>
    public async Task<JsonElement> DoAsync(string method, JsonNode? parameters = null)
    {
        var answer = await CallAsync(method, parameters);
        answer.GetProperty("ok").GetBoolean().ShouldBeTrue(answer.ToString());
        return answer.GetProperty("payload");
    }

    /// <summary>The error's message of an answer that must be one.</summary>
    public async Task<string> RefusedAsync(string method, JsonNode? parameters = null)
    {
        var answer = await CallAsync(method, parameters);
        answer.GetProperty("ok").GetBoolean().ShouldBeFalse(answer.ToString());
        return answer.GetProperty("error").GetProperty("message").GetString()!;
    }

    public Task SendAsync(JsonNode frame) => SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString()));

    public async Task SendAsync(byte[] frame)
    {
        using var limit = new CancellationTokenSource(Patience);
        await socket.SendAsync(frame, WebSocketMessageType.Text, true, limit.Token);
    }

    /// <summary>The next answer to a call.</summary>
    public Task<JsonElement> AnswerAsync(string id) =>
        NextAsync(f => f.GetProperty("type").GetString() == "res" && f.GetProperty("id").GetString() == id);

    /// <summary>All of these, as they come.</summary>
    public async Task<IReadOnlyList<JsonElement>> AnswersAsync(HashSet<string> ids)
    {
        var answers = new List<JsonElement>();
        while (ids.Count > 0)
        {
            answers.Add(
                await NextAsync(f => f.GetProperty("type").GetString() == "res" && ids.Remove(f.GetProperty("id").GetString()!))
            );
        }

        return answers;
    }

    /// <summary>The payload of the next event of that name.</summary>
    public async Task<JsonElement> EventAsync(string name) =>
        (
            await NextAsync(f => f.GetProperty("type").GetString() == "event" && f.GetProperty("event").GetString() == name)
        ).GetProperty("payload");

    /// <summary>Until the server has closed it.</summary>
    public async Task<(int Code, string Reason)> EndAsync()
    {
        await reading.WaitAsync(Patience);
        return Closed ?? throw new InvalidOperationException("it broke off without a close");
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    private async Task<JsonElement> NextAsync(Func<JsonElement, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var frame = await frames.Reader.ReadAsync(limit.Token);
            if (wanted(frame))
            {
                return frame;
            }
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1024 * 1024];
        var text = new MemoryStream();
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    Closed = ((int)got.CloseStatus!.Value, got.CloseStatusDescription ?? "");
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                    break;
                }

                text.Write(buffer, 0, got.Count);
                if (got.EndOfMessage)
                {
                    var frame = JsonElement.Parse(text.ToArray());
                    text.SetLength(0);
                    if (frame.GetProperty("type").GetString() == "event")
                    {
                        lock (Events)
                        {
                            Events.Add(frame);
                        }
                    }

                    frames.Writer.TryWrite(frame);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It broke off.
        }

        frames.Writer.TryComplete();
    }
}
