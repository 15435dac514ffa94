using Creel.Core.Link;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Creel.Tests.Runtime;

/// <summary>A small hub that speaks the link's protocol on a unix socket, and nothing else.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly List<HubConnection> connections = [];

    private TestHub(WebApplication app) => this.app = app;

    /// <summary>Sent in each welcome.</summary>
    public List<WelcomeAgent> Agents { get; } = [];

    public WelcomeSetup? Setup { get; set; }

    public Dictionary<string, string>? Variables { get; set; }

    public Welcome Welcome => new(1, "cell", 30, Agents) { Setup = Setup, Variables = Variables };

    public IReadOnlyList<HubConnection> Connections
    {
        get
        {
            lock (connections)
            {
                return [.. connections];
            }
        }
    }

    public static async Task<TestHub> StartAsync(string socket, string agent, string workspace, int port = 0)
    {
        File.Delete(socket);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.ListenUnixSocket(socket);
            if (port > 0)
            {
                o.ListenLocalhost(port);
            }
        });
        var app = builder.Build();
        var hub = new TestHub(app);
        hub.Agents.Add(Agent(agent, workspace));
        app.UseWebSockets();
        app.Map("/cell", hub.ServeAsync);
        app.Map("/agent/{id}", hub.ServeAsync);
        app.MapFallback(EchoAsync);
        await app.StartAsync();
        return hub;
    }

    public static WelcomeAgent Agent(string id, string workspace, WelcomeBrain? brain = null, WelcomePolicy? policy = null) =>
        new(id, id, null, workspace, brain ?? new WelcomeBrain("command", ["cat"], "stdin", "text"), policy ?? Policy());

    public static WelcomePolicy Policy(
        bool sudo = false,
        int concurrent = 5,
        int output = 10 * 1024 * 1024,
        long timeout = 60_000,
        params string[] types
    ) => new(sudo, concurrent, output, timeout, types);

    /// <summary>The connection of this number, from 0, once it has said hello.</summary>
    public async Task<HubConnection> ConnectionAsync(int number = 0)
    {
        await Eventually.Until(() => Connections.Count > number && Connections[number].Hello is not null);
        return Connections[number];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in Connections)
        {
            connection.Abort();
        }

        await app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("creel.link.1");
        var connection = new HubConnection(socket, this, context.Request.Path, context.Request.Headers.Authorization.ToString());
        lock (connections)
        {
            connections.Add(connection);
        }

        await connection.RunAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        await context.Response.WriteAsync(
            $"hub {context.Request.Method} {context.Request.Path}{context.Request.QueryString} host={context.Request.Host} "
                + $"agent={context.Request.Headers["x-creel-agent"]} body={body}"
        );
    }
}
