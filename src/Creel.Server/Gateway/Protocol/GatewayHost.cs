using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Server.Gateway.Protocol.Methods;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Protocol;

/// <summary>The gateway's own port: one WebSocket for each client, in the protocol of OpenClaw's gateway, versions 3 and 4.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private static readonly TimeSpan PresencePace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PresenceEach = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly GatewayConfig config;
    private readonly GatewayPorts ports;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly HostNames names;
    private readonly Clients clients = new();
    private readonly SendBudget budget;
    private readonly DeviceBook devices;
    private readonly Handshake handshake;
    private readonly MethodTable methods;
    private readonly Hello hello;
    private readonly TurnFeed feed;
    private readonly HealthMethods state;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource stopped = new();
    private WebApplication? app;
    private IDisposable? watch;
    private Task ticking = Task.CompletedTask;
    private int open;
    private int presenceDue;

    public GatewayHost(GatewayConfig config, GatewayPorts ports, TimeProvider time, ILogger log)
    {
        (this.config, this.ports, this.time, this.log) = (config, ports, time, log);
        names = new HostNames(config.HostNames);
        budget = new SendBudget(config.Buffered, config.BufferedByAll);
        devices = new DeviceBook(ports.Devices, ports.Audit, clients, time);
        handshake = new Handshake(config, ports, devices, new FailureRate(config.Attempts, config.Lockout, time), time);
        var channels = new ChannelsView(ports, time);
        var health = new HealthView(ports, config, time);
        state = new HealthMethods(health, clients, Self);
        methods = MethodTable.Of(ports, health, state, channels, clients, devices, time);
        hello = new Hello(config, ports, methods, health, state, clients, time);
        feed = new TurnFeed(clients, time);
    }

    /// <summary>That was bound; 0 before.</summary>
    public int Port { get; private set; }

    /// <summary>For clients on this machine.</summary>
    public string Url => $"ws://127.0.0.1:{Port}";

    /// <summary><c>token</c>, <c>password</c> or <c>none</c>.</summary>
    public string AuthWord => config.Secret().Word;

    /// <summary>How many are connected.</summary>
    public int Connected => clients.Count;

    internal DeviceBook Devices => devices;

    internal Clients Clients => clients;

    /// <exception cref="CreelException">The port is in use, or the configuration would open what must stay closed.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        if (!IPAddress.IsLoopback(config.Address) && config.Secret() is { Hash: null })
        {
            throw new CreelException(
                Fault.Refused(
                    "gateway-open",
                    $"the gateway would be open to everybody who reaches {config.Address}",
                    "Set gateway.auth.token or gateway.auth.password, or gateway.bind: \"loopback\"."
                )
            );
        }

        await devices.LoadAsync(cancel);
        app = Build();
        watch = ports.Turns.Watch(feed.Tell);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CreelException(
                Fault.Conflict(
                    "port-in-use",
                    $"port {config.Port} is in use",
                    $"see by whom: ss -ltnp 'sport = :{config.Port}'; once it is free: creel gateway restart; or have another: creel serve --gateway-port 0"
                ),
                e
            );
        }

        Port = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        ).Port;
        ticking = TickAsync();
    }

    /// <summary>Tells all clients, who come again by themselves, and closes them.</summary>
    /// <param name="reason">For people: <c>gateway stopping</c>.</param>
    public async Task StopAsync(string reason)
    {
        if (app is null || stopping.IsCancellationRequested)
        {
            return;
        }

        await stopping.CancelAsync();
        clients.Tell("shutdown", new JsonObject { ["reason"] = reason, ["restartExpectedMs"] = 1500 });
        clients.End(_ => true, 1012, "service restart");
        watch?.Dispose();
        var deadline = time.GetTimestamp();
        while (Volatile.Read(ref open) > 0 && time.GetElapsedTime(deadline) < StopGrace)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        }

        await stopped.CancelAsync();
        using var grace = new CancellationTokenSource(StopGrace);
        await app.StopAsync(grace.Token);
        await ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync("gateway stopping");
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        stopping.Dispose();
        stopped.Dispose();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(options =>
            {
                options.AddServerHeader = false;
                options.Limits.MaxRequestBodySize = 0;
                options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
                options.Limits.RequestHeadersTimeout = config.Handshake;
                options.Limits.MaxConcurrentConnections = config.MaxConnections;
                options.Limits.MaxConcurrentUpgradedConnections = config.MaxConnections;
                options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
                options.Listen(config.Address, config.Port);
            });
        builder.Logging.AddFilter("Microsoft", LogLevel.None);
        var built = builder.Build();
        built.UseWebSockets(
            new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20) }
        );
        built.Run(ServeAsync);
        return built;
    }

    private async Task ServeAsync(HttpContext context)
    {
        // Loopback is guarded by its name too: a page's name that was made to lead here is not ours.
        if (IPAddress.IsLoopback(config.Address) && !names.Names(context.Request.Host, context.Connection.LocalPort))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return;
        }

        if (context.WebSockets.IsWebSocketRequest)
        {
            await SocketAsync(context);
            return;
        }

        context.Response.ContentType = "application/json";
        if (
            context.Request.Path.Value is "/health" or "/healthz" or "/ready" or "/readyz"
            && HttpMethods.IsGet(context.Request.Method)
        )
        {
            await context.Response.WriteAsync("""{"ok":true,"status":"live"}""");
            return;
        }

        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
        context.Response.Headers.Upgrade = "websocket";
        await context.Response.WriteAsync("""{"ok":false,"error":"this is a gateway: connect by WebSocket"}""");
    }

    private async Task SocketAsync(HttpContext context)
    {
        using var accepted = await context.WebSockets.AcceptWebSocketAsync();
        var socket = new GatewaySocket(accepted, budget);
        var sending = socket.SendAllAsync();
        Interlocked.Increment(ref open);
        try
        {
            if (stopping.IsCancellationRequested)
            {
                socket.End(1012, "service restart");
                return;
            }

            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopped.Token);
            await ConverseAsync(context, socket, gone.Token);
        }
        catch (OperationCanceledException)
        {
            // It is gone, or we go.
        }
        finally
        {
            socket.End((int)WebSocketCloseStatus.NormalClosure, "");
            socket.GiveUpAfterGrace();
            await sending;
            await socket.DrainAsync();
            Interlocked.Decrement(ref open);
        }
    }

    private async Task ConverseAsync(HttpContext context, GatewaySocket socket, CancellationToken gone)
    {
        var id = Guid.NewGuid().ToString();
        if (await handshake.RunAsync(context, socket, id, gone) is not { } admitted)
        {
            return;
        }

        var client = admitted.Client;
        await ports.Audit.RecordAsync(client.Actor, "gateway.connect", "gateway", "ok");
        clients.Add(client);
        try
        {
            socket.Send(Frames.Answer(admitted.CallId, await hello.ToAsync(client, admitted.Auth, gone)));
            TellPresence();
            using var left = CancellationTokenSource.CreateLinkedTokenSource(gone);
            var calls = new Calls(client, methods, log, left.Token);
            while (await socket.ReceiveAsync(GatewayLimits.Payload, gone) is { } frame)
            {
                await calls.TakeAsync(FrameReader.Read(frame));
            }

            await left.CancelAsync();
        }
        finally
        {
            clients.Remove(client);
            TellPresence();
        }
    }

    /// <summary>Soon, and once for all who come and go until then.</summary>
    private void TellPresence()
    {
        if (Interlocked.Exchange(ref presenceDue, 1) == 0)
        {
            _ = TellPresenceAsync();
        }
    }

    private async Task TellPresenceAsync()
    {
        try
        {
            // All are told of all: the more there are, the more seldom.
            var pause = TimeSpan.FromTicks(Math.Max(PresencePace.Ticks, PresenceEach.Ticks * clients.Count));
            await Task.Delay(pause, time, stopping.Token);
            Volatile.Write(ref presenceDue, 0);
            clients.Tell("presence", new JsonObject { ["presence"] = state.Presence() });
        }
        catch (OperationCanceledException)
        {
            // Nobody is there to be told.
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(config.Tick, time);
        while (await timer.WaitForNextTickAsync(stopping.Token))
        {
            clients.Tell("tick", new JsonObject { ["ts"] = time.GetUtcNow().ToUnixTimeMilliseconds() });
        }
    }

    private JsonObject Self()
    {
        var host = Dns.GetHostName();
        return new JsonObject
        {
            ["host"] = host,
            ["version"] = config.Version,
            ["platform"] = "linux",
            ["mode"] = "gateway",
            ["reason"] = "self",
            ["text"] = $"Gateway: {host} · app {config.Version} · mode gateway · reason self",
            ["ts"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }
}
