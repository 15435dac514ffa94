using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.EndToEnd.OpenClaw;

/// <summary>A model provider behind a cell's relay, in the proxy's place: answers every message with the same text, word by word.</summary>
internal sealed class ScriptedModel : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string text;
    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ScriptedModel(WebApplication app, string text) => (this.app, this.text) = (app, text);

    /// <summary>The key that each request showed.</summary>
    public ConcurrentQueue<string> Keys { get; } = new();

    /// <param name="socket">In the cell's proxy folder.</param>
    public static async Task<ScriptedModel> StartAsync(string socket, string text)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket));
        var model = new ScriptedModel(builder.Build(), text);
        model.app.MapPost("/anthropic/v1/messages", model.AnswerAsync);
        await model.app.StartAsync();
        // The folder lets nobody else in.
        File.SetUnixFileMode(socket, (UnixFileMode)0b110_110_110);
        return model;
    }

    public async ValueTask DisposeAsync()
    {
        release.TrySetResult();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Keys.Enqueue(context.Request.Headers["x-api-key"].ToString());
        var asked = await new StreamReader(context.Request.Body).ReadToEndAsync();
        context.Response.ContentType = "text/event-stream";
        await EventAsync(
            context,
            "message_start",
            new
            {
                type = "message_start",
                message = new
                {
                    id = "msg_1",
                    type = "message",
                    role = "assistant",
                    model = "scripted",
                    content = Array.Empty<object>(),
                    usage = new { input_tokens = 5, output_tokens = 1 },
                },
            }
        );
        await EventAsync(
            context,
            "content_block_start",
            new
            {
                type = "content_block_start",
                index = 0,
                content_block = new { type = "text", text = "" },
            }
        );
        if (asked.Contains("wait for ever", StringComparison.Ordinal))
        {
            await Task.WhenAny(release.Task, Task.Delay(Timeout.Infinite, context.RequestAborted));
            return;
        }

        foreach (var word in text.Split(' '))
        {
            await EventAsync(
                context,
                "content_block_delta",
                new
                {
                    type = "content_block_delta",
                    index = 0,
                    delta = new { type = "text_delta", text = word + " " },
                }
            );
        }

        await EventAsync(context, "content_block_stop", new { type = "content_block_stop", index = 0 });
        await EventAsync(
            context,
            "message_delta",
            new
            {
                type = "message_delta",
                delta = new { stop_reason = "end_turn" },
                usage = new { output_tokens = 9 },
            }
        );
        await EventAsync(context, "message_stop", new { type = "message_stop" });
    }

    private static async Task EventAsync(HttpContext context, string name, object data)
    {
        await context.Response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(data)}\n\n");
        await context.Response.Body.FlushAsync();
    }
}
