using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Creel.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Web;

/// <summary>
/// The one web server of <c>creel serve</c>: two TCP ports and a socket of its owner's that serve the same, and whatever endpoints
/// the rooms add. Rooms add services to the builder, then their routes to the application.
/// </summary>
public static class CreelWeb
{
    /// <exception cref="CreelException">The configuration would open what must stay closed.</exception>
    public static WebApplicationBuilder Create(WebConfig config, TimeProvider time)
    {
        if (config.OldUnauthenticated && !IPAddress.IsLoopback(config.Address))
        {
            throw new CreelException(
                Fault.Refused(
                    "old-mode-address",
                    $"the older unauthenticated API would be open to everybody who reaches {config.Address}",
                    "use it on 127.0.0.1 only"
                )
            );
        }

        // The empty builder: settings files and variables of whatever folder we were started in have no say here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Limit(options, config));
        builder.Services.Configure<SocketTransportOptions>(options =>
        {
            options.UnsafePreferInlineScheduling = true;
            options.CreateBoundListenSocket = endpoint =>
                endpoint is UnixDomainSocketEndPoint
                    ? SocketFile.ListenAlone(endpoint.ToString()!)
                    : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        });
        // What keeps it from starting is thrown, and told once, by whoever starts it; the framework would tell it too, as a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(config);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<AccessRefusals>();
        return builder;
    }

    /// <summary>Builds the application with everything that stands before the rooms' routes.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        var config = app.Services.GetRequiredService<WebConfig>();
        if (config.OldUnauthenticated)
        {
            app.Services.GetRequiredService<ILoggerFactory>()
                .CreateLogger(typeof(CreelWeb))
                .LogWarning(
                    "UNAUTHENTICATED: every program and every web page on this machine may now run commands in all agents"
                );
        }

        app.UseMiddleware<FaultResponses>();
        app.UseRouting();
        app.UseMiddleware<AccessGate>();
        app.UseWebSockets(
            new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(10) }
        );
        app.MapFallback("{**path}", FaultResponses.NothingHere).WithMetadata(new RouteAccess(AccessRule.Admin, Old: true));
        return app;
    }

    /// <summary>Binds and serves; returns the ports that were bound, in the order HTTP, WebSocket.</summary>
    /// <exception cref="CreelException">A port is in use, or may not be bound.</exception>
    public static async Task<IReadOnlyList<int>> StartAsync(WebApplication app, CancellationToken cancel = default)
    {
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            var port = Regex.Match(e.Message, @":(\d+):").Groups[1].Value;
            throw new CreelException(
                Fault.Conflict(
                    "port-in-use",
                    $"port {port} is in use",
                    $"see by whom: ss -ltnp 'sport = :{port}'; or choose other ports"
                ),
                e
            );
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        // The ports come first; sockets have addresses that are no URLs, or look like one.
        return [.. addresses.Take(2).Select(a => new Uri(a).Port)];
    }

    private static void Limit(KestrelServerOptions options, WebConfig config)
    {
        options.AddServerHeader = false;
        options.AllowSynchronousIO = false;
        options.Limits.MaxRequestBodySize = config.BodyLimit;
        options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        options.Limits.RequestHeadersTimeout = config.HeaderTimeout;
        options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        options.Limits.MinRequestBodyDataRate = new MinDataRate(240, config.BodyGrace);
        options.Limits.MaxConcurrentConnections = config.MaxConnections;
        options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        options.Listen(config.Address, config.HttpPort);
        options.Listen(config.Address, config.SocketPort);
        if (config.OwnSocket is { } path)
        {
            options.ListenUnixSocket(path);
        }
    }
}
