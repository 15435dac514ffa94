using System.Text;
using Creel.Proxy.Doors;
using Creel.Proxy.Egress;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Creel.Proxy.Routes;

/// <summary>The web server behind the cells' sockets: Kestrel with nothing between it and <see cref="CellRoutes"/>.</summary>
internal sealed class CellServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly KestrelServer server;
    private readonly ServiceProvider services;
    private readonly CellRoutes routes;
    private readonly ILogger log;

    /// <param name="first">Sees each connection before its requests are read.</param>
    /// <param name="headPatience">How long a request's head may take.</param>
    /// <param name="bodyPatience">How long its body may come too slowly; more than a second.</param>
    public CellServer(
        CellSockets sockets,
        CellRoutes routes,
        Func<ConnectionContext, ConnectionDelegate, Task> first,
        ILoggerFactory logs,
        TimeSpan headPatience,
        TimeSpan bodyPatience
    )
    {
        this.routes = routes;
        log = logs.CreateLogger<CellServer>();
        services = new ServiceCollection().AddSingleton(logs).BuildServiceProvider();

        // Lines end in CR LF, and in nothing that only some readers take for an end.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var options = new KestrelServerOptions
        {
            ApplicationServices = services,
            AddServerHeader = false,
            AllowSynchronousIO = false,
            RequestHeaderEncodingSelector = _ => Encoding.Latin1,
            ResponseHeaderEncodingSelector = _ => Encoding.Latin1,
        };

        // Bodies are measured by the routes, which know the limit that stands.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        options.Limits.RequestHeadersTimeout = headPatience;
        options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(5);
        options.Limits.MinRequestBodyDataRate = new MinDataRate(240, bodyPatience);

        // A stream may be silent for as long as its upstream is.
        options.Limits.MinResponseDataRate = null;

        // What one connection may have us hold: its windows. As much in a header as with HTTP/1.1.
        options.Limits.Http2.MaxStreamsPerConnection = 128;
        options.Limits.Http2.MaxRequestHeaderFieldSize = 64 * 1024;
        options.Limits.Http2.InitialConnectionWindowSize = 256 * 1024;
        options.Limits.Http2.InitialStreamWindowSize = 128 * 1024;
        options.Listen(
            sockets.EndPoint,
            endpoint =>
            {
                // HTTP/2 is spoken where TLS has agreed on it, so with those alone who take the proxy for the provider.
                endpoint.Protocols = HttpProtocols.Http1AndHttp2;
                endpoint.Use(next => connection => first(connection, next));
            }
        );
        server = new KestrelServer(Options.Create(options), sockets, logs);
    }

    public Task StartAsync(CancellationToken cancel) => server.StartAsync(this, cancel);

    public Task StopAsync(CancellationToken cancel) => server.StopAsync(cancel);

    /// <summary>One object a connection, instead of one a request.</summary>
    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        var container = contextFeatures as IHostContextContainer<HttpContext>;
        if (container?.HostContext is not DefaultHttpContext context)
        {
            context = new DefaultHttpContext();
            if (container is not null)
            {
                container.HostContext = context;
            }
        }

        context.Initialize(contextFeatures);
        return context;
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await routes.ServeAsync(context).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is ConnectionAbortedException
                || context.RequestAborted.IsCancellationRequested
                    && e is OperationCanceledException or IOException or ConnectionResetException
            )
        {
            // The caller is gone; nobody is there to be told.
        }
        catch (Exception e) when (e is not Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            // The request's own words stay out of the log, and so does whatever an exception quotes of them.
            log.LogError("A call failed inside: {Kind} at {Place}", e.GetType().Name, e.StackTrace);
            context.Abort();
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception) => ((DefaultHttpContext)context).Uninitialize();

    public async ValueTask DisposeAsync()
    {
        server.Dispose();
        await services.DisposeAsync().ConfigureAwait(false);
    }
}
