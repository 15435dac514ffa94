using System.Collections.Concurrent;
using Creel.Core.Outbound;
using Creel.Proxy.Offline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.EndToEnd.Clients;

/// <summary>A provider on this machine: writes down all that it is shown, and answers as the offline stand-in does.</summary>
internal sealed class RecordingUpstream : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker stand = new(new OfflineUpstream());
    private readonly OfflineScript script;

    private RecordingUpstream(WebApplication app, OfflineScript script) => (this.app, this.script) = (app, script);

    /// <summary>Each request: its line and headers, and its body.</summary>
    public ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, string All)> Seen { get; } = new();

    public string Url => app.Urls.Single();

    public static async Task<RecordingUpstream> StartAsync(string text)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var script = new OfflineScript { Rules = [new OfflineRule { Text = text }] };
        var upstream = new RecordingUpstream(builder.Build(), script);
        upstream.app.Run(upstream.AnswerAsync);
        await upstream.app.StartAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        stand.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString());
        var lines = headers.Select(h => $"{h.Key}: {h.Value}");
        Seen.Enqueue(
            (
                headers,
                $"{context.Request.Path}\n{string.Join('\n', lines)}\n{System.Text.Encoding.UTF8.GetString(body.ToArray())}"
            )
        );

        using var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), "http://stand-in/")
        {
            Content = new ByteArrayContent(body.ToArray()),
        };
        var path = context.Request.Path.Value!;
        var dialect = path.Contains("/messages", StringComparison.Ordinal) ? Dialect.Anthropic : Dialect.OpenAi;
        request.Options.Set(
            OfflineCall.Key,
            new OfflineCall(script, Guid.CreateVersion7(), "g", null, "u", dialect, context.Request.Method, path)
        );
        using var answer = await stand.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType!.ToString();
        await answer.Content.CopyToAsync(context.Response.Body);
    }
}
