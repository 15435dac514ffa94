using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Creel.Tests.OpenClaw;

/// <summary>A call as it came.</summary>
internal sealed record FakeCall(int Line, string Id, string Method, JsonObject Params);

/// <summary>What is answered to it.</summary>
internal sealed record FakeReply(JsonNode? Payload, JsonObject? Error = null)
{
    public static FakeReply Ok(string json = "{}") => new(JsonNode.Parse(json));

    public static FakeReply Refused(string message, string code = "INVALID_REQUEST", string more = "{}")
    {
        var error = JsonNode.Parse(more)!.AsObject();
        (error["code"], error["message"]) = (code, message);
        return new FakeReply(null, error);
    }
}

/// <summary>One connection to a <see cref="FakeGateway"/>.</summary>
internal sealed class FakeLine(Stream stream, int number, CancellationToken stopping) : IAsyncDisposable
{
    private const string Salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private WebSocket? socket;

    public Stream Stream => stream;

    /// <summary>From 1.</summary>
    public int Number => number;

    public CancellationToken Stopping => stopping;

    /// <summary>What the client said of itself.</summary>
    public JsonObject Connect { get; private set; } = [];

    /// <summary>What it asked for the line with, as it came.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Challenges, and lets whoever comes in.</summary>
    public async Task GreetAsync(int protocol = 4, string version = "2026.9.6")
    {
        var call = await ChallengeAsync();
        await ReplyAsync(call, Hello(protocol, version));
    }

    public static FakeReply Hello(int protocol, string version = "2026.9.6", string more = "{}")
    {
        var hello = JsonNode.Parse(more)!.AsObject();
        hello["type"] = "hello-ok";
        hello["protocol"] = protocol;
        hello["server"] = new JsonObject { ["version"] = version, ["connId"] = "1" };
        return new FakeReply(hello);
    }

    /// <returns>The first call, which says who it is.</returns>
    public async Task<FakeCall> ChallengeAsync()
    {
        await UpgradeAsync();
        await SendAsync("""{"type":"event","event":"connect.challenge","payload":{"nonce":"n1","ts":1}}""");
        var call = await ReadAsync() ?? throw new IOException("it went before it said who it is");
        Connect = call.Params;
        return call;
    }

    /// <returns>What is asked for, before its body.</returns>
    public async Task<string> HeadAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append(await stream.ReadAsync(one, stopping) == 1 ? (char)one[0] : throw new IOException("it went"));
        }

        return Head = head.ToString();
    }

    public async Task UpgradeAsync()
    {
        await HeadAsync();
        var key = Head.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Salt)));
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
            ),
            stopping
        );
        socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type) => socket!.SendAsync(bytes, type, true, stopping);

    public Task ReplyAsync(FakeCall call, FakeReply reply)
    {
        var json = new JsonObject
        {
            ["type"] = "res",
            ["id"] = call.Id,
            ["ok"] = reply.Error is null,
        };
        json[reply.Error is null ? "payload" : "error"] = (reply.Error ?? reply.Payload)?.DeepClone();
        return SendAsync(json.ToJsonString());
    }

    /// <returns>Null: it is closed.</returns>
    public async Task<FakeCall?> ReadAsync()
    {
        var (buffer, text) = (new byte[64 * 1024], new MemoryStream());
        while (true)
        {
            var got = await socket!.ReceiveAsync(buffer, stopping);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            text.Write(buffer, 0, got.Count);
            if (got.EndOfMessage)
            {
                var json = JsonNode.Parse(text.ToArray())!.AsObject();
                return new FakeCall(number, (string)json["id"]!, (string)json["method"]!, json["params"]!.AsObject());
            }
        }
    }

    public Task CloseAsync(int code, string reason) => socket!.CloseOutputAsync((WebSocketCloseStatus)code, reason, stopping);

    public ValueTask DisposeAsync()
    {
        socket?.Dispose();
        return default;
    }
}
