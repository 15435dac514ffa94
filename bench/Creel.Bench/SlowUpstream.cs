using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Creel.Bench;

/// <summary>A provider that says the first word of a stream at once and the last one never; asked to be short, it ends there.</summary>
internal sealed class SlowUpstream : IAsyncDisposable
{
    private readonly WebApplication app;

    private SlowUpstream(WebApplication app) => this.app = app;

    public int Port =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public static async Task<SlowUpstream> StartAsync(string socket)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(options =>
            {
                options.Limits.MinResponseDataRate = null;
                options.Listen(IPAddress.Loopback, 0);
                options.ListenUnixSocket(socket);
            });
        var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync("event: ping\ndata: {\"type\":\"ping\"}\n\n"u8.ToArray());
            await context.Response.Body.FlushAsync();
            if (!context.Request.Headers.ContainsKey("x-short"))
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
            }
        });
        await app.StartAsync();
        return new SlowUpstream(app);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
