using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Creel.Core.Sessions;
using Creel.Server.Gateway.Sessions;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;

namespace Creel.Tests.Gateway.Channels;

/// <summary>The channels' routes on a free port, behind the gate.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    public const string AdminToken = "admin-token-of-the-tests";
    private readonly WebApplication app;

    private GatewayServer(WebApplication app, int port)
    {
        this.app = app;
        Port = port;
        Admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminToken);
        Anybody = new HttpClient { BaseAddress = Admin.BaseAddress };
    }

    public int Port { get; }

    public HttpClient Admin { get; }

    public HttpClient Anybody { get; }

    public static async Task<GatewayServer> StartAsync(Func<GatewayBench> bench, int port = 0)
    {
        var web = new WebConfig
        {
            HttpPort = port,
            SocketPort = 0,
            AdminTokenHash = BearerToken.Hash(AdminToken),
        };
        var app = CreelWeb.Build(CreelWeb.Create(web, TimeProvider.System));
        bench().Host.Map(app);
        if (bench() is { Conversations: { } conversations, Habitat: var habitat })
        {
            new SessionRoutes(conversations, new SessionsConfig { Settings = () => SessionSettings.Of(habitat) }).Map(app);
        }

        var ports = await CreelWeb.StartAsync(app);
        return new GatewayServer(app, ports[0]);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var json = JsonDocument.Parse(await Admin.GetStringAsync(path));
        return json.RootElement.Clone();
    }

    public async Task<HttpResponseMessage> PostAsync(
        HttpClient client,
        string path,
        string body,
        params (string, string)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request);
    }

    public async Task<ClientWebSocket> ConnectAsync(string account = "default", string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Port}/channels/webchat/{account}/socket"), CancellationToken.None);
        return socket;
    }

    public static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <returns>Null: it was closed.</returns>
    public static async Task<JsonElement?> HearAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[256 * 1024];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
                return json.RootElement.Clone();
            }
        }
    }

    /// <summary>The next of that type; others are passed over.</summary>
    public static async Task<JsonElement> HearAsync(ClientWebSocket socket, string type)
    {
        while (true)
        {
            var heard = (await HearAsync(socket)).ShouldNotBeNull();
            if (heard.GetProperty("type").GetString() == type)
            {
                return heard;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Anybody.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
