using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Hub;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// Conversations, put together. <see cref="StartAsync"/> once the agents of before are known again; <see cref="StopAsync"/> before the hub stops.
/// </summary>
public sealed class SessionsHost : IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    private readonly SessionsConfig config;
    private readonly ISessionStore store;
    private readonly SessionBook book;
    private readonly Turns turns;
    private readonly ControlDesk desk;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly SessionTools tools;
    private readonly TakingUp takingUp;
    private readonly CancellationTokenSource stopping = new();
    private Task sweeping = Task.CompletedTask;

    public SessionsHost(
        SessionsConfig config,
        ISessionStore store,
        ITranscripts transcripts,
        IDispatcher dispatcher,
        ITaskWatch watch,
        AuditTrail audit,
        TimeProvider time,
        ILogger log
    )
    {
        (this.config, this.store, this.time, this.log) = (config, store, time, log);
        book = new SessionBook(store, transcripts, config.Settings, audit, time);
        takingUp = new TakingUp(transcripts, book, store, log);
        turns = new Turns(config, store, book, dispatcher, watch, time, log) { KnownAsync = KnownAsync };
        desk = new ControlDesk(turns, book, config.Settings) { KnownAsync = KnownAsync };
        turns.Commands = new DoorCommands(desk, config.Settings, audit);
        var delivered = new Delivered(config, log);
        tools = new SessionTools(config, turns, book, turns.IsBusy, turns.ActsFor, delivered, audit, time, log);
        turns.Watch(tools.See);
        Beats = new Heartbeats(config, turns, book, turns.IsBusy, delivered, time, log);
    }

    public ITurns Turns => turns;

    public ISessions Sessions => book;

    /// <summary>Answers what was asked of the gateway itself by a channel, by somebody who may.</summary>
    /// <exception cref="CreelException">No such agent, or what was changed can't be written down.</exception>
    public Task<string> AnswerAsync(ControlOrder order, CancellationToken cancel) => desk.AnswerAsync(order, cancel);

    internal SessionBook Book => book;

    internal SessionTools Tools => tools;

    internal Heartbeats Beats { get; }

    internal Turns Lanes => turns;

    /// <summary>On whose behalf an agent asks another one for a turn over the bridge.</summary>
    /// <exception cref="CreelException">The other one's brain can't keep to what they are limited to.</exception>
    public TurnBehalf Behalf(AgentId from, AgentId to) => TurnChecks.For(turns.ActsFor(from), config.Settings().Find(to));

    /// <summary>The same where an agent elsewhere asks: for whom it acts is not known here, so for no owner.</summary>
    /// <exception cref="CreelException">As of the other.</exception>
    public TurnBehalf BehalfElsewhere(AgentId to) => TurnChecks.For(new TurnBehalf(Owner: false), config.Settings().Find(to));

    /// <summary>Finds what an earlier serve left: conversations, turns that wait, and turns whose tasks go on.</summary>
    /// <exception cref="CreelException">The store can't be read.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        var kept = await store.LoadAsync(cancel);
        book.Shelf.Restore(kept);
        turns.Resume(kept);
        sweeping = Task.WhenAll(TakeUpAsync(), SweepAsync(), BeatAsync());
    }

    /// <summary>Adds the routes for people, and those for agents.</summary>
    public void Map(IEndpointRouteBuilder app, CellDoors doors)
    {
        new SessionRoutes(this, config).Map(app);
        new CellSessionRoutes(this, tools, config, doors, time).Map(app);
    }

    /// <summary>Conversations that the cells of new agents know of, and the host does not. Each agent is asked once.</summary>
    public Task TakeUpAsync() => Task.WhenAll(config.Settings().Agents.Select(agent => takingUp.OfAsync(agent.Id)));

    /// <summary>What came along with an agent is there when its cell begins.</summary>
    private async Task KnownAsync(AgentId agent)
    {
        await config.ComesAsync(agent);
        await takingUp.OfAsync(agent);
    }

    /// <summary>The agent's cell has got conversations from elsewhere: it is asked once more, now, as the next message may be for one of them.</summary>
    public Task LookAgainAsync(AgentId agent) => takingUp.AgainAsync(agent);

    /// <summary>Takes no more turns. Those that run go on in their cells, and the next serve finds them.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await turns.StopAsync();
        await sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task SweepAsync()
    {
        using var tick = new PeriodicTimer(SweepEvery, time);
        while (await tick.WaitForNextTickAsync(stopping.Token))
        {
            try
            {
                await TakeUpAsync().WaitAsync(stopping.Token);
                await ForgetHelpersAsync();
                await store.PruneAsync(time.GetUtcNow() - config.Keep, config.KeepCount, stopping.Token);
            }
            catch (CreelException e)
            {
                log.LogWarning("old turns can't be forgotten: {Reason}", e.Fault.Message);
            }
        }
    }

    /// <summary>Sessions of helpers that ended long ago are put aside.</summary>
    internal async Task ForgetHelpersAsync()
    {
        var (now, settings) = (time.GetUtcNow(), config.Settings());
        foreach (var entry in book.List().Where(e => e.SpawnedBy is not null && !turns.IsBusy(e.Key)))
        {
            if (settings.Find(entry.Agent)?.Rules.Subagents.ArchiveAfter is { } kept && now - entry.UpdatedAt > kept)
            {
                await book.DeleteAsync(entry.Key, deleteTranscript: true, "creel", stopping.Token);
            }
        }
    }

    private async Task BeatAsync()
    {
        using var tick = new PeriodicTimer(config.Beat, time);
        while (await tick.WaitForNextTickAsync(stopping.Token))
        {
            try
            {
                // A habitat that came up meanwhile may have brought agents with conversations behind them.
                await TakeUpAsync().WaitAsync(stopping.Token);
                await Beats.TickAsync(stopping.Token);
            }
            catch (CreelException e)
            {
                log.LogWarning("a heartbeat can't be asked for: {Reason}", e.Fault.Message);
            }
        }
    }
}
