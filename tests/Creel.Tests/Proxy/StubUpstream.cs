using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Creel.Tests.Proxy;

/// <summary>What came in, as it came.</summary>
internal sealed record SeenRequest(
    string Method,
    string Target,
    string Protocol,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body
)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>A provider's stand-in: a real server, with TLS where it has a certificate for names.</summary>
internal sealed class StubUpstream : IAsyncDisposable
{
    private readonly WebApplication app;

    private StubUpstream(WebApplication app) => this.app = app;

    public int Port { get; private set; }

    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>Answers; the request's body has been read.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("pong");

    /// <summary>False: the answer is given the body unread.</summary>
    public bool ReadsBody { get; set; } = true;

    public static async Task<StubUpstream> StartAsync(TestRoots? roots = null, params string[] names)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(options =>
            {
                options.AddServerHeader = false;
                options.Limits.MaxRequestBodySize = null;
                options.Limits.MinRequestBodyDataRate = null;
                options.Limits.MinResponseDataRate = null;
                options.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
                options.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
                options.Listen(
                    IPAddress.Loopback,
                    0,
                    endpoint =>
                    {
                        if (roots is not null)
                        {
                            endpoint.Protocols = HttpProtocols.Http1AndHttp2;
                            endpoint.UseHttps(roots.For(names));
                        }
                    }
                );
            });
        if (roots is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        var stub = new StubUpstream(app);
        app.Run(stub.ServeAsync);
        await app.StartAsync();
        stub.Port = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()
        ).Port;
        return stub;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(true));
        await app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        if (ReadsBody)
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }

        Seen.Enqueue(
            new SeenRequest(
                context.Request.Method,
                context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                context.Request.Protocol,
                context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()),
                body.ToArray()
            )
        );
        await Answer(context);
    }
}
