using System.Net.WebSockets;
using System.Text.Json;
using Creel.Core;

namespace Creel.Adapters.OpenClaw;

/// <summary>
/// A connection to a gateway that speaks OpenClaw's protocol 3 or 4, ours or a real one, as a program beside it: with the shared
/// token, without a device. One call at a time.
/// </summary>
public sealed class GatewayLine : IAsyncDisposable
{
    private const int MostBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ClientWebSocket socket = new();
    private readonly Uri url;
    private int calls;

    private GatewayLine(Uri url) => this.url = url;

    /// <summary>That both speak.</summary>
    public int Protocol { get; private set; }

    /// <summary>What the gateway said of itself.</summary>
    public JsonElement Hello { get; private set; }

    /// <param name="url"><c>ws</c> or <c>wss</c>; without TLS only on this machine, since the token goes along.</param>
    /// <exception cref="CreelException">It is not there, refuses, or is no gateway.</exception>
    public static async Task<GatewayLine> OpenAsync(Uri url, string token, string version, CancellationToken cancel = default)
    {
        if (url.Scheme is not ("ws" or "wss") || (url.Scheme == "ws" && !url.IsLoopback))
        {
            throw new CreelException(
                Fault.Refused(
                    "gateway-url",
                    $"{url.Host} is not called without TLS: the token would be readable on the way",
                    "Name a wss:// address, or forward a port of this machine."
                )
            );
        }

        var line = new GatewayLine(url);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Patience);
            await line.GreetAsync(token, version, limit.Token).ConfigureAwait(false);
            return line;
        }
        catch (Exception e)
        {
            await line.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && !cancel.IsCancellationRequested)
            {
                throw line.Gone("it does not answer");
            }

            throw;
        }
    }

    /// <summary>The payload of the answer; of a method that answers twice, the last.</summary>
    /// <param name="parameters">A JSON object.</param>
    /// <exception cref="CreelException">It refuses, or the connection is gone.</exception>
    public async Task<JsonElement> CallAsync(string method, JsonElement parameters, CancellationToken cancel = default)
    {
        var id = (++calls).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendAsync(id, method, parameters.WriteTo, cancel).ConfigureAwait(false);
        while (true)
        {
            var frame = await NextAsync(cancel).ConfigureAwait(false);
            if (Text(frame, "type") != "res" || Text(frame, "id") != id)
            {
                continue;
            }

            if (!Ok(frame))
            {
                throw Refused(method, frame);
            }

            var payload = frame.TryGetProperty("payload", out var found) ? found : default;
            if (method != "agent" || Text(payload, "status") != "accepted")
            {
                return payload;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            if (socket.State == WebSocketState.Open)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // It is gone already.
        }

        socket.Dispose();
    }

    private async Task GreetAsync(string token, string version, CancellationToken cancel)
    {
        try
        {
            await socket.ConnectAsync(url, cancel).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw Gone(e.InnerException?.Message ?? e.Message);
        }

        JsonElement frame;
        do
        {
            frame = await NextAsync(cancel).ConfigureAwait(false);
        } while (Text(frame, "event") != "connect.challenge");

        await SendAsync("connect", "connect", json => Connect(json, token, version), cancel).ConfigureAwait(false);
        do
        {
            frame = await NextAsync(cancel).ConfigureAwait(false);
        } while (Text(frame, "id") != "connect");

        if (!Ok(frame))
        {
            throw Refused("connect", frame);
        }

        Hello = frame.GetProperty("payload");
        Protocol = Hello.TryGetProperty("protocol", out var spoken) && spoken.TryGetInt32(out var number) ? number : 0;
    }

    private static void Connect(Utf8JsonWriter json, string token, string version)
    {
        json.WriteStartObject();
        json.WriteNumber("minProtocol", Core.Gateway.GatewayLimits.LowestProtocol);
        json.WriteNumber("maxProtocol", Core.Gateway.GatewayLimits.HighestProtocol);
        json.WriteStartObject("client");
        json.WriteString("id", "gateway-client");
        json.WriteString("version", version);
        json.WriteString("platform", "linux");
        json.WriteString("mode", "backend");
        json.WriteEndObject();
        json.WriteString("role", "operator");
        json.WriteStartArray("scopes");
        json.WriteStringValue(Core.Gateway.GatewayScopes.Admin);
        json.WriteStringValue(Core.Gateway.GatewayScopes.Read);
        json.WriteStringValue(Core.Gateway.GatewayScopes.Write);
        json.WriteStringValue(Core.Gateway.GatewayScopes.Approvals);
        json.WriteStringValue(Core.Gateway.GatewayScopes.Pairing);
        json.WriteEndArray();
        json.WriteStartObject("auth");
        json.WriteString("token", token);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private async Task SendAsync(string id, string method, Action<Utf8JsonWriter> parameters, CancellationToken cancel)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "req");
            json.WriteString("id", id);
            json.WriteString("method", method);
            json.WritePropertyName("params");
            parameters(json);
            json.WriteEndObject();
        }

        try
        {
            await socket
                .SendAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), WebSocketMessageType.Text, true, cancel)
                .ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw Gone(e.Message);
        }
    }

    private async Task<JsonElement> NextAsync(CancellationToken cancel)
    {
        var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), cancel).ConfigureAwait(false);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    throw Gone($"it closed the connection ({(int?)socket.CloseStatus} {socket.CloseStatusDescription})");
                }

                text.Write(buffer, 0, got.Count);
                if (text.Length > MostBytes)
                {
                    throw Gone("it sent more than a frame may hold");
                }

                if (got.EndOfMessage)
                {
                    return JsonElement.Parse(text.GetBuffer().AsSpan(0, (int)text.Length));
                }
            }
        }
        catch (WebSocketException e)
        {
            throw Gone(e.Message);
        }
        catch (JsonException)
        {
            throw Gone("what it says is no JSON");
        }
    }

    private CreelException Gone(string why) =>
        new(Fault.Unavailable("gateway", $"the gateway at {url.Authority} can't be asked: {why}"));

    private static CreelException Refused(string method, JsonElement frame)
    {
        var error = frame.TryGetProperty("error", out var found) ? found : default;
        var (code, message) = (Text(error, "code"), Text(error, "message") ?? "no reason given");
        return new CreelException(
            code switch
            {
                "UNAVAILABLE" or "AGENT_TIMEOUT" => Fault.Unavailable("gateway-unavailable", $"{method}: {message}"),
                "NOT_PAIRED" => Fault.Refused("gateway-not-paired", $"{method}: {message}"),
                _ when message.StartsWith("unauthorized", StringComparison.Ordinal) => Fault.Refused("gateway-token", message),
                _ when message.StartsWith("missing scope", StringComparison.Ordinal) => Fault.Refused("gateway-scope", message),
                _ => Fault.Invalid("gateway-refused", $"{method}: {message}"),
            }
        );
    }

    private static bool Ok(JsonElement frame) => frame.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.String
            ? found.GetString()
            : null;
}
