using System.Net.WebSockets;
using System.Text.Json;

namespace Creel.Tests.Hub;

/// <summary>Replays a recorded conversation against a hub, and tells for each step in what the answer differs.</summary>
internal sealed class Transcript(HubServer server)
{
    private readonly Dictionary<string, Peer> peers = [];

    // What the recorded hub called something, and what this one calls it.
    private readonly Dictionary<string, string> names = [];
    private readonly Dictionary<string, string> tokens = [];

    public IReadOnlyDictionary<string, Peer> Peers => peers;

    /// <param name="known">The differences that this step may have: a step that has exactly those is not tried again.</param>
    public async Task<List<string>> PlayAsync(JsonElement step, string[] known)
    {
        if (step.TryGetProperty("request", out var request))
        {
            return await AskAsync(request, step.GetProperty("response"), known);
        }

        var name = step.GetProperty("ws").GetString()!;
        if (step.TryGetProperty("sent", out var sent))
        {
            await peers[name]
                .SendTextAsync(sent.ValueKind == JsonValueKind.String ? sent.GetString()! : Replaced(sent.GetRawText()));
            return [];
        }

        if (step.TryGetProperty("received", out var received))
        {
            return known is ["never comes"] ? [.. known] : Compare(received, await peers[name].NextAsync());
        }

        return step.GetProperty("event").GetString() switch
        {
            "open" => await OpenAsync(name, step),
            "rejected" => await RejectedAsync(name, step),
            _ => await ClosedAsync(name, step),
        };
    }

    private async Task<List<string>> AskAsync(JsonElement request, JsonElement response, string[] known)
    {
        var path = request.GetProperty("path").GetString()!;
        var method = request.GetProperty("method").GetString()!;
        var deadline = DateTime.UtcNow.AddSeconds(5);
        while (true)
        {
            using var message = new HttpRequestMessage(new HttpMethod(method), path);
            if (request.TryGetProperty("body", out var body))
            {
                var text = body.ValueKind == JsonValueKind.String ? Raw(body.GetString()!) : body.GetRawText();
                message.Content = HubServer.Json(text);
            }

            using var answer = await server.Anybody.SendAsync(message);
            var differences = await CompareAsync(response, answer);

            // What was sent on a socket before this may still be under way.
            if (method != "GET" || differences.SequenceEqual(known) || DateTime.UtcNow > deadline)
            {
                return differences;
            }

            await Task.Yield();
        }
    }

    private static string Raw(string body) =>
        body.Contains("(150037 bytes)", StringComparison.Ordinal)
            ? $"{{\"agentId\":\"big\",\"metadata\":{{\"x\":\"{new string('y', 150_000)}\"}}}}"
            : body["raw:".Length..];

    private async Task<List<string>> CompareAsync(JsonElement recorded, HttpResponseMessage answer)
    {
        var differences = new List<string>();
        var status = recorded.GetProperty("status").GetInt32();
        if (status != (int)answer.StatusCode)
        {
            differences.Add($"status: {status} → {(int)answer.StatusCode}");
        }

        foreach (var header in recorded.GetProperty("headers").EnumerateObject())
        {
            var values =
                answer.Headers.TryGetValues(header.Name, out var found)
                || answer.Content.Headers.TryGetValues(header.Name, out found)
                    ? string.Join(", ", found)
                    : "none";
            if (values != header.Value.GetString())
            {
                differences.Add($"{header.Name}: {header.Value.GetString()} → {values}");
            }
        }

        var body = recorded.GetProperty("body");
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.Content.Headers.ContentType?.MediaType != "application/json")
        {
            return body.GetString() == text ? differences : [.. differences, $"body: {body} → {text}"];
        }

        if (body.ValueKind == JsonValueKind.String)
        {
            return [.. differences, $"body: html → {text}"];
        }

        var actual = HubServer.Parse(text);
        Learn(body, actual);
        return [.. differences, .. Compare(body, actual)];
    }

    /// <summary>New task ids and tokens, as they are first told.</summary>
    private void Learn(JsonElement recorded, JsonElement actual)
    {
        if (recorded.TryGetProperty("taskId", out var id) && actual.TryGetProperty("taskId", out var ours))
        {
            names[ours.GetString()!] = id.GetString()!;
        }

        if (recorded.TryGetProperty("token", out var token) && actual.TryGetProperty("token", out var made))
        {
            names[made.GetString()!] = token.GetString()!;
            tokens.TryAdd(recorded.GetProperty("agent").GetProperty("id").ToString(), made.GetString()!);
        }
    }

    private string Replaced(string text)
    {
        foreach (var (ours, theirs) in names)
        {
            text = text.Replace($"\"taskId\":\"{theirs}\"", $"\"taskId\":\"{ours}\"")
                .Replace($"\"taskId\": \"{theirs}\"", $"\"taskId\": \"{ours}\"");
        }

        return text;
    }

    private async Task<List<string>> OpenAsync(string name, JsonElement step)
    {
        var agent = name.StartsWith('B') ? "b2" : "agent-1";
        peers[name] = await Peer.OldAsync(server, agent, tokens[agent], Port(step));
        return [];
    }

    private async Task<List<string>> RejectedAsync(string name, JsonElement step)
    {
        var path = name switch
        {
            "root" => "/",
            "token-of-other-agent" => $"/agent/agent-1/{tokens["bare"]}",
            "A after deregister" => $"/agent/agent-1/{tokens["agent-1"]}",
            _ => "/agent/agent-1/wrong",
        };
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Should.ThrowAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Port(step)}{path}"), default)
        );
        var status = step.GetProperty("status").GetInt32();
        return (int)socket.HttpStatusCode == status ? [] : [$"status: {status} → {(int)socket.HttpStatusCode}"];
    }

    private async Task<List<string>> ClosedAsync(string name, JsonElement step)
    {
        await peers[name].Closed;
        var code = step.GetProperty("code").GetInt32();
        return peers[name].CloseCode == code ? [] : [$"code: {code} → {peers[name].CloseCode}"];
    }

    private int Port(JsonElement step) => step.GetProperty("port").GetInt32() == 9090 ? server.SocketPort : server.HttpPort;

    private List<string> Compare(JsonElement recorded, JsonElement actual)
    {
        var left = Flat(recorded).ToDictionary();
        var right = Flat(actual).ToDictionary();
        return
        [
            .. left
                .Keys.Union(right.Keys)
                .Where(path => left.GetValueOrDefault(path) != right.GetValueOrDefault(path))
                .Select(path => $"{path}: {left.GetValueOrDefault(path) ?? "none"} → {right.GetValueOrDefault(path) ?? "none"}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private IEnumerable<KeyValuePair<string, string>> Flat(JsonElement value, string path = "")
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                return value.EnumerateObject().SelectMany(f => Flat(f.Value, $"{path}.{f.Name}"));
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                return value.EnumerateArray().SelectMany((item, i) => Flat(item, $"{path}[{i}]"));
            default:
                return [KeyValuePair.Create(path.TrimStart('.'), Plain(value, path))];
        }
    }

    /// <summary>Times, uptimes, ports and chosen ids are never the same twice.</summary>
    private string Plain(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Number && value.GetDouble() > 1e12 ? "a time"
        : path.EndsWith(".uptime", StringComparison.Ordinal) && path == ".uptime" ? "an uptime"
        : path == ".id" && value.ValueKind == JsonValueKind.String ? "an id"
        : path.EndsWith("wsUrl", StringComparison.Ordinal)
            ? Named(value.GetString()!).Replace($":{server.SocketPort}/", ":9090/").Replace($":{server.HttpPort}/", ":9090/")
        : value.ValueKind == JsonValueKind.String ? Named(value.GetString()!)
        : value.GetRawText();

    private string Named(string text) => names.Aggregate(text, (t, n) => t.Replace(n.Key, n.Value));
}
