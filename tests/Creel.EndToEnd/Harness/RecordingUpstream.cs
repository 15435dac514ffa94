using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Creel.EndToEnd.Harness;

/// <summary>A provider on this machine that keeps all that it is sent, and answers as the model's name says.</summary>
public sealed class RecordingUpstream : IAsyncDisposable
{
    private const string Usage = """"usage":{"input_tokens":5,"output_tokens":2}"""";
    private readonly WebApplication app;

    private RecordingUpstream(WebApplication app) => this.app = app;

    /// <summary>Each request's path, headers and body, as text.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    public string Url => app.Urls.Single();

    public static async Task<RecordingUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var upstream = new RecordingUpstream(builder.Build());
        upstream.app.Run(upstream.AnswerAsync);
        await upstream.app.StartAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        var headers = string.Join('\n', context.Request.Headers.Select(h => $"{h.Key}: {h.Value}"));
        Seen.Enqueue($"{context.Request.Method} {context.Request.Path}\n{headers}\n\n{body}");
        var wanted = ((string[])["429", "500", "529", "cut", "stream", "redirect"]).FirstOrDefault(w => body.Contains($"m-{w}"));
        context.Response.ContentType = "application/json";
        switch (wanted)
        {
            case "429" or "500" or "529":
                context.Response.StatusCode = int.Parse(wanted, System.Globalization.CultureInfo.InvariantCulture);
                await context.Response.WriteAsync("""{"type":"error","error":{"type":"api_error","message":"as asked"}}""");
                break;
            case "redirect":
                context.Response.StatusCode = 302;
                context.Response.Headers.Location = $"{Url}/elsewhere";
                break;
            case "cut" or "stream":
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync(
                    $"event: message_start\ndata: {{\"type\":\"message_start\",\"message\":{{\"model\":\"m\",{Usage}}}}}\n\n"
                );
                await context.Response.Body.FlushAsync();
                if (wanted == "cut")
                {
                    context.Abort();
                    break;
                }

                await context.Response.WriteAsync(
                    $"event: message_delta\ndata: {{\"type\":\"message_delta\",\"delta\":{{}},{Usage}}}\n\nevent: message_stop\ndata: {{\"type\":\"message_stop\"}}\n\n"
                );
                break;
            default:
                await context.Response.WriteAsync($"{{\"type\":\"message\",\"model\":\"m\",\"content\":[],{Usage}}}");
                break;
        }
    }
}
