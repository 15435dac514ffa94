using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Creel.Tests.Cli;

/// <summary>A real HTTP server that plays the API: what a test does not say, it does not know.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string Token = "a-token-of-the-tests";

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, RequestDelegate> answers = new();

    private ApiServer(WebApplication app, string home)
    {
        this.app = app;
        Home = home;
    }

    public string Home { get; }

    public string Url { get; private set; } = "";

    /// <summary>Method, path with query, body; as they came.</summary>
    public ConcurrentQueue<(string Method, string Path, string Body)> Requests { get; } = new();

    public static async Task<ApiServer> StartAsync()
    {
        var home = Directory.CreateTempSubdirectory("creel-cli-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ApiServer(builder.Build(), home);
        server.app.UseWebSockets();
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        server.Url = server
            .app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        Secret(Path.Combine(home, "admin.token"), Token + "\n");
        Secret(
            Path.Combine(home, "serve.json"),
            JsonSerializer.Serialize(
                new
                {
                    url = server.Url,
                    pid = Environment.ProcessId,
                    version = "0.1.0",
                }
            )
        );
        return server;
    }

    public ApiServer On(string route, RequestDelegate answer)
    {
        answers[route] = answer;
        return this;
    }

    public ApiServer On(string route, string json, int status = 200) =>
        On(
            route,
            async context =>
            {
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(json);
            }
        );

    /// <summary>Lines that go out one by one.</summary>
    public ApiServer Lines(string route, params string[] lines) =>
        On(
            route,
            async context =>
            {
                context.Response.ContentType = "application/x-ndjson";
                foreach (var line in lines)
                {
                    await context.Response.WriteAsync(line + "\n");
                    await context.Response.Body.FlushAsync();
                }
            }
        );

    /// <summary>Plays the cell's end of a stream.</summary>
    public ApiServer Stream(string agent, Func<WebSocket, HttpContext, Task> play) =>
        On(
            $"GET /agents/{agent}/streams",
            async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await play(socket, context);
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
            }
        );

    public static Task SayAsync(WebSocket socket, string bytes) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(bytes), WebSocketMessageType.Binary, endOfMessage: true, default);

    public static Task EndAsync(WebSocket socket, int? exitCode, string? error = null) =>
        socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { end = new { exitCode, error } }),
            WebSocketMessageType.Text,
            endOfMessage: true,
            default
        );

    /// <summary>The next message; null when the other side closed.</summary>
    public static async Task<(bool IsText, string Text)?> HearAsync(WebSocket socket)
    {
        var buffer = new byte[65536];
        var got = await socket.ReceiveAsync(buffer, default);
        return got.MessageType == WebSocketMessageType.Close
            ? null
            : (got.MessageType == WebSocketMessageType.Text, Encoding.UTF8.GetString(buffer, 0, got.Count));
    }

    /// <summary>Ends at once, with every connection.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Home, recursive: true);
    }

    public static void Secret(string path, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        Requests.Enqueue(
            (context.Request.Method, $"{context.Request.Path}{context.Request.QueryString}", await reader.ReadToEndAsync())
        );
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("""{"error":"the token is wrong","code":"token"}""");
        }
        else if (answers.TryGetValue($"{context.Request.Method} {context.Request.Path}", out var answer))
        {
            await answer(context);
        }
        else
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync(
                """{"error":"there is no such thing","code":"not-found","remedy":"look elsewhere"}"""
            );
        }
    }
}
