using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Hub.Agents;
using Creel.Server.Hub.Books;
using Creel.Server.Hub.Bridges;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Peers;
using Creel.Server.Hub.Streams;
using Creel.Server.Hub.Tasks;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Hub;

/// <summary>
/// The hub, put together. In order: make it, <see cref="AddTo"/> the web server's builder, build, <see cref="Map"/>, and
/// <see cref="StartAsync"/> before the web server starts; <see cref="StopAsync"/> before it stops.
/// </summary>
public sealed class HubHost : IAsyncDisposable
{
    private readonly HubParts parts;
    private readonly CellSockets sockets;
    private readonly ElsewhereTasks elsewhere;
    private readonly Dispatcher dispatcher;
    private readonly AgentChanges agents;
    private readonly Bridge bridge;
    private readonly Admission admission;
    private readonly Responses responses;
    private readonly LinkSet links = new();
    private readonly Sweeper sweeper;
    private Task? sweeping;

    public HubHost(HubConfig config, HubPorts ports, TimeProvider time, ILogger log)
    {
        parts = new HubParts(config, ports, time, log);
        sockets = new CellSockets(log);
        var delivery = new Delivery(parts);
        elsewhere = new ElsewhereTasks(parts, delivery);
        dispatcher = new Dispatcher(parts, delivery, elsewhere);
        Watch = new TaskFollower(parts);
        bridge = new Bridge(parts, dispatcher);
        agents = new AgentChanges(parts);
        var presence = new PresenceBoard();
        admission = new Admission(parts, delivery, presence);
        responses = new Responses(parts, delivery);
        Doors = new CellDoors(parts, sockets, admission, presence, agents, delivery);
        sweeper = new Sweeper(parts, delivery, elsewhere, agents, () => Doors.All);
    }

    /// <summary>The one door into any agent.</summary>
    public IDispatcher Dispatcher => dispatcher;

    /// <summary>What becomes of a task, for who gave it.</summary>
    public ITaskWatch Watch { get; }

    /// <summary>The doors through which cells come in.</summary>
    public CellDoors Doors { get; }

    internal HubParts Parts => parts;

    internal Sweeper Sweeper => sweeper;

    internal LinkSet Links => links;

    /// <summary>Adds the cells' sockets to the web server.</summary>
    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IConnectionListenerFactory>(sockets);
        builder.Services.Configure<KestrelServerOptions>(options =>
            options.Listen(sockets.EndPoint, endpoint => endpoint.Protocols = HttpProtocols.Http1)
        );

        // The framework logs whole paths, and in one of ours there is a token.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // A client that leaves in the middle of a body, or is one too many, is a warning of a page: a cell, or any user of this
        // machine, could fill the disk with them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
    }

    /// <summary>Adds the hub's routes.</summary>
    public void Map(WebApplication app)
    {
        var web = app.Services.GetRequiredService<WebConfig>();
        var refusals = app.Services.GetRequiredService<AccessRefusals>();
        refusals.Listen(RecordRefusal);
        var tokens = new Tokens(parts.Ports.Agents, parts.Time);
        new HealthRoutes(parts, new MetricsText(parts)).Map(app);
        new AgentRoutes(parts, dispatcher, agents, new Registration(parts, web, refusals, tokens, agents)).Map(app);
        new TaskRoutes(parts, dispatcher, new TaskEventRoute(parts)).Map(app);
        new LetterRoutes(parts, dispatcher).Map(app);
        new AdminRoutes(parts, tokens).Map(app);
        new AuditRoutes(parts).Map(app);
        new StreamRoutes(parts).Map(app);
        new AgentsOwnRoutes(parts, new AgentCallers(parts, Doors, refusals), bridge).Map(app);
        new LinkRoutes(
            parts,
            Doors,
            tokens,
            refusals,
            admission,
            responses,
            new AskByEnvelope(parts, bridge).AskAsync,
            links
        ).Map(app);
    }

    /// <summary>Reads which agents were known, and begins.</summary>
    /// <exception cref="CreelException">The store can't be read.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        var counts = await parts.Tasks.CountAsync(cancel);
        await parts.Book.LoadAsync(parts.Now, counts, cancel);
        var busy = counts.Where(c => !c.State.IsFinal()).Select(c => c.Agent).Distinct().ToList();
        await bridge.ResumeAsync(busy, cancel);
        await elsewhere.ResumeAsync(busy, cancel);
        sweeping = sweeper.RunAsync(parts.Stopping.Token);
    }

    /// <summary>Takes no more work, and closes all links in order. Runtimes come again later.</summary>
    public async Task StopAsync()
    {
        if (parts.Stopping.IsCancellationRequested)
        {
            return;
        }

        await parts.Stopping.CancelAsync();
        await links.CloseAsync(parts.Config.Drain);
        await elsewhere.EndAsync();
        if (sweeping is not null)
        {
            await sweeping;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await sockets.DisposeAsync();
    }

    private void RecordRefusal(HttpContext context) =>
        _ = parts
            .Audit.RefusedAsync(
                "unknown",
                "auth.refuse",
                "hub",
                AuditDetail.Of(("from", context.Connection.RemoteIpAddress?.ToString() ?? "the own socket"))
            )
            .AsTask();
}
