using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Bench;

/// <summary>Calls a gateway as the original control plane does: a connection for each call, closed after it.</summary>
internal sealed class OneCallLine(Uri url, string token)
{
    private readonly byte[] buffer = new byte[16 << 20];

    /// <summary>Also how many connections were made.</summary>
    public int Calls { get; private set; }

    /// <returns>The payload; null where the gateway refuses, with why in <paramref name="refused"/>.</returns>
    public async Task<JsonElement?> TryAsync(string method, JsonObject? parameters, Action<string> refused)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var socket = new ClientWebSocket();
        Calls++;
        await socket.ConnectAsync(url, patience.Token);
        await ReadAsync(socket, patience.Token);
        await SendAsync(socket, "connect", Greeting(), patience.Token);
        await AnswerAsync(socket, "connect", patience.Token);
        await SendAsync(socket, method, parameters, patience.Token);
        var answer = await AnswerAsync(socket, method, patience.Token);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        if (!answer.TryGetProperty("ok", out var ok) || ok.GetBoolean())
        {
            return answer.TryGetProperty("payload", out var payload) ? payload : default(JsonElement);
        }

        refused(answer.GetProperty("error").GetProperty("message").GetString()!);
        return null;
    }

    private JsonObject Greeting() =>
        new()
        {
            ["minProtocol"] = 3,
            ["maxProtocol"] = 4,
            ["client"] = new JsonObject
            {
                ["id"] = "gateway-client",
                ["version"] = "1.0.0",
                ["platform"] = "linux",
                ["mode"] = "backend",
            },
            ["role"] = "operator",
            ["scopes"] = new JsonArray("operator.read", "operator.admin", "operator.approvals", "operator.pairing"),
            ["auth"] = new JsonObject { ["token"] = token },
        };

    private static async Task SendAsync(ClientWebSocket socket, string method, JsonObject? parameters, CancellationToken cancel)
    {
        var frame = new JsonObject
        {
            ["type"] = "req",
            ["id"] = method,
            ["method"] = method,
            ["params"] = parameters?.DeepClone() ?? new JsonObject(),
        };
        await socket.SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString()), WebSocketMessageType.Text, true, cancel);
    }

    private async Task<JsonElement> AnswerAsync(ClientWebSocket socket, string id, CancellationToken cancel)
    {
        while (true)
        {
            var frame = await ReadAsync(socket, cancel);
            if (frame.TryGetProperty("type", out var type) && type.ValueEquals("res") && frame.GetProperty("id").ValueEquals(id))
            {
                return frame;
            }
        }
    }

    private async Task<JsonElement> ReadAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException($"the gateway closed the line: {socket.CloseStatusDescription}");
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement.Clone();
            }
        }
    }
}
