using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Creel.Core.Outbound;
using Creel.Proxy.Offline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.Tests.Runtime.Native;

/// <summary>What a native brain finds on its relay's port: both dialects, answered by the proxy's own stand-in.</summary>
internal sealed class StandInModel : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker stand = new(new OfflineUpstream());

    private StandInModel(WebApplication app) => this.app = app;

    public OfflineScript Script { get; set; } = OfflineScript.Plain;

    /// <summary>Each call's path and body.</summary>
    public ConcurrentQueue<(string Path, JsonElement Body)> Asked { get; } = new();

    /// <summary>Answers in the stand-in's place where it says true.</summary>
    public Func<HttpContext, Task<bool>> First { get; set; } = _ => Task.FromResult(false);

    public int Port => new Uri(app.Urls.Single()).Port;

    public static async Task<StandInModel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        var model = new StandInModel(builder.Build());
        model.app.Run(model.AnswerAsync);
        await model.app.StartAsync();
        return model;
    }

    public void Say(params OfflineRule[] rules) => Script = new OfflineScript { Rules = rules };

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        stand.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        var path = context.Request.Path.Value!;
        if (bytes.Length > 0)
        {
            Asked.Enqueue((path, JsonDocument.Parse(bytes).RootElement));
        }

        if (await First(context))
        {
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "http://stand-in/") { Content = new ByteArrayContent(bytes) };
        var dialect = path.Contains("/messages", StringComparison.Ordinal) ? Dialect.Anthropic : Dialect.OpenAi;
        request.Options.Set(
            OfflineCall.Key,
            new OfflineCall(Script, Guid.CreateVersion7(), "g", "bart", "u", dialect, "POST", path[path.IndexOf('/', 1)..])
        );
        using var answer = await stand.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType!.ToString();
        if (answer.Headers.RetryAfter is { Delta: { } pause })
        {
            context.Response.Headers.RetryAfter = $"{pause.TotalSeconds}";
        }

        try
        {
            await using var text = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
            var buffer = new byte[4096];
            int count;
            while ((count = await text.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The script breaks it off, or the brain has left.
            context.Abort();
        }
    }
}
