using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.EndToEnd.OpenClaw;

/// <summary>
/// A model on this machine, for a gateway that is not ours. Woken, it does as its files say: it checks in, with the address and the token
/// that it reads there. To all else it says what it was asked.
/// </summary>
internal sealed partial class ModelStandIn : IAsyncDisposable
{
    private readonly WebApplication app;

    private ModelStandIn(WebApplication app) => this.app = app;

    /// <summary>Each request's body: all that the agent has before it.</summary>
    public ConcurrentQueue<string> Seen { get; } = [];

    /// <summary>What its calls of Creel were answered.</summary>
    public ConcurrentQueue<HttpStatusCode> CheckIns { get; } = [];

    /// <summary>A gateway's configuration that has this for its model.</summary>
    public string Configuration =>
        $$"""
            "models": { "providers": { "stand": { "baseUrl": "{{app.Urls.Single()}}/v1", "apiKey": "none-at-all", "api": "openai-completions",
              "models": [{ "id": "in", "name": "in", "reasoning": false, "input": ["text"], "contextWindow": 128000, "maxTokens": 1000,
                "cost": { "input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0 } }] } } },
            "agents": { "defaults": { "model": { "primary": "stand/in" } } }
            """;

    public static async Task<ModelStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var model = new ModelStandIn(builder.Build());
        model.app.Run(model.AnswerAsync);
        await model.app.StartAsync();
        return model;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        Seen.Enqueue(body);
        using var asked = JsonDocument.Parse(body);
        // A newer gateway puts words of its own after those that were said last.
        var last = string.Join(
            '\n',
            asked
                .RootElement.GetProperty("messages")
                .EnumerateArray()
                .Reverse()
                .TakeWhile(m => m.GetProperty("role").GetString() == "user")
                .Select(m => m.GetProperty("content").ToString())
        );
        if (last.Contains("Then check in: GET /whoami", StringComparison.Ordinal))
        {
            await CheckInAsync(body);
        }

        context.Response.ContentType = "text/event-stream";
        await SayAsync(context, new { role = "assistant", content = $"You said: {Said(last)}" }, null);
        await SayAsync(context, new { }, "stop");
        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    private static string Said(string message) => message.Contains("PING", StringComparison.Ordinal) ? "PING" : "something";

    private async Task CheckInAsync(string body)
    {
        using var http = new HttpClient();
        using var call = new HttpRequestMessage(HttpMethod.Get, $"{Address().Match(body).Groups[1].Value}/whoami");
        call.Headers.Add("X-Agent-Token", Token().Match(body).Groups[1].Value);
        using var answer = await http.SendAsync(call);
        CheckIns.Enqueue(answer.StatusCode);
    }

    private static async Task SayAsync(HttpContext context, object delta, string? finish)
    {
        var chunk = new
        {
            id = "answer",
            @object = "chat.completion.chunk",
            created = 1,
            model = "in",
            choices = new[]
            {
                new
                {
                    index = 0,
                    delta,
                    finish_reason = finish,
                },
            },
        };
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n");
    }

    [GeneratedRegex(@"BASE_URL=(http://[^\s\\""]+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"AUTH_TOKEN=([a-z0-9-]+\.[A-Za-z0-9_-]+)")]
    private static partial Regex Token();
}
