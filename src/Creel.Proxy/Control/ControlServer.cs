using System.Net.Sockets;
using System.Text.Json;
using Creel.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Creel.Proxy.Control;

/// <summary>The web server behind the control socket; another one than the cells', so that no request finds its way over.</summary>
internal sealed class ControlServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly KestrelServer server;
    private readonly ServiceProvider services;
    private readonly ControlRoutes routes;
    private readonly ILogger log;

    /// <param name="socket">Bound and listening.</param>
    public ControlServer(Socket socket, ControlRoutes routes, ILoggerFactory logs)
    {
        this.routes = routes;
        log = logs.CreateLogger<ControlServer>();
        services = new ServiceCollection().AddSingleton(logs).BuildServiceProvider();
        var options = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 16 * 1024 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        options.Limits.MinResponseDataRate = null;
        options.Listen(
            socket.LocalEndPoint!,
            endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1;
                endpoint.Use(next => connection => Admit(connection) ? next(connection) : Task.CompletedTask);
            }
        );
        var transport = new SocketTransportOptions { CreateBoundListenSocket = _ => socket };
        server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(transport), logs), logs);
    }

    public Task StartAsync(CancellationToken cancel) => server.StartAsync(this, cancel);

    public Task StopAsync(CancellationToken cancel) => server.StopAsync(cancel);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await routes.ServeAsync(context).ConfigureAwait(false);
        }
        catch (CreelException e) when (!context.Response.HasStarted)
        {
            await FaultAsync(context, e.Fault).ConfigureAwait(false);
        }
        catch (Exception e)
            when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The caller is gone.
        }
        catch (Exception e) when (e is not Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            log.LogError("A command failed inside: {Kind} at {Place}", e.GetType().Name, e.StackTrace);
            context.Abort();
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async ValueTask DisposeAsync()
    {
        server.Dispose();
        await services.DisposeAsync().ConfigureAwait(false);
    }

    private static bool Admit(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket && Knocker.MayCommand(socket))
        {
            return true;
        }

        connection.Abort();
        return false;
    }

    private static async Task FaultAsync(HttpContext context, Fault fault)
    {
        context.Response.StatusCode = FaultTable.HttpStatus(fault.Kind);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("error", fault.Message);
        json.WriteString("code", fault.Code);
        if (fault.Remedy is not null)
        {
            json.WriteString("remedy", fault.Remedy);
        }

        json.WriteEndObject();
        await json.FlushAsync().ConfigureAwait(false);
    }
}
