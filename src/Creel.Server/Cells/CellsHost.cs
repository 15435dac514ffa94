using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Patching;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using Creel.Core.Sessions;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Cells.Trials;
using Creel.Server.Hub;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>The room of cells, put together: what is desired, what is there, and the way from one to the other.</summary>
public sealed class CellsHost
{
    private readonly HabitatKeeper habitats;
    private readonly CellBook book;
    private readonly CellRunner runner;
    private readonly Reconciler reconciler;
    private readonly CellDoors doors;
    private readonly CellRoutes routes;
    private readonly TrialRoutes trials;
    private readonly Trial trial;
    private readonly CellViews views;
    private readonly MoveRoutes moves;
    private readonly BudgetRoutes budgets;
    private readonly ConfigStore configs;
    private readonly HotReload reload;
    private readonly ConfigRoutes configRoutes;
    private readonly Coming coming = new();
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Who has something for an agent whose cell is only begun waits no longer.</summary>
    private static readonly TimeSpan LongestComing = TimeSpan.FromMinutes(2);

    private readonly CellsConfig config;
    private readonly TimeProvider time;
    private readonly ILogger log;

    /// <param name="drivers">In the order of preference within a level.</param>
    /// <param name="desired">Where to write down what should run.</param>
    public CellsHost(
        CellsConfig config,
        IReadOnlyList<IIsolationDriver> drivers,
        ICellStore store,
        ICellFolders folders,
        IHabitatFiles files,
        CellDoors doors,
        AuditTrail trail,
        ITaskStore tasks,
        TimeProvider time,
        ILogger<CellsHost> log,
        IDesiredStore desired
    )
    {
        this.doors = doors;
        this.config = config;
        this.log = log;
        this.time = time;
        habitats = new HabitatKeeper(files, new DesiredState(desired));
        var fingerprints = new Fingerprints(drivers);
        var audit = new CellAudit(trail);
        book = new CellBook(config, folders);
        runner = new CellRunner(config, book, drivers, store, doors, audit, time, log) { Coming = coming };
        var steps = new Steps(config, book, runner, doors);
        var leavings = new Leavings(book.Layout, folders, habitats, audit);
        var drifts = new CellDrifts(book, drivers, new DriverPulse(book, drivers, time));
        var foresight = new Foresight(drivers, time);
        reconciler = new Reconciler(
            book,
            runner,
            new CellPlans(config, book, fingerprints, foresight, drifts, doors),
            new Adoption(config, book, runner, fingerprints, store, log),
            steps,
            leavings,
            fingerprints,
            foresight,
            new CellSweep(config, drivers, log),
            doors
        )
        {
            Coming = coming,
            Current = () => habitats.Current,
        };
        views = new CellViews(book, habitats, doors, tasks, new CellUsages(drivers, time), drifts, group => Warnings(group))
        {
            Closed = cell => Closed(cell),
        };
        var turns = new ApplyTurns(time);
        routes = new CellRoutes(habitats, reconciler, book, steps, leavings, fingerprints, views, audit, turns, log)
        {
            Untold = () => Untold(),
            Notice = () => reload?.Notice,
            LookAsync = cancel => reload!.AskAsync(cancel),
        };
        Mover = new Mover(book, runner, steps, doors, time) { ProveAsync = new CellProof(config, doors).TakeAsync };
        moves = new MoveRoutes(habitats, reconciler, Mover, views, audit, turns);
        budgets = new BudgetRoutes(habitats, reconciler, audit, turns, cancel => runner.AllowAsync(cancel))
        {
            Untold = () => Untold(),
        };
        var soon = new SettleSoon(async () => await SettleAsync(CancellationToken.None));
        configs = new ConfigStore(habitats, reconciler, audit, turns, soon.Ask, time);
        configRoutes = new ConfigRoutes(configs, habitats, book.Layout);
        reload = new HotReload(habitats, files, reconciler, audit, time, log);
        trial = new Trial(config, book, doors);
        trials = new TrialRoutes(book, trial, audit);
    }

    /// <summary>How programs read and change the habitat that is up.</summary>
    public IConfigStore Config => configs;

    /// <summary>Another habitat is in force, or none. It comes from the thread that put it there: take note, and return.</summary>
    public event Action HabitatChanged
    {
        add => habitats.Replaced += value;
        remove => habitats.Replaced -= value;
    }

    /// <summary>Completes when an agent of the habitat in force takes tasks, or does not come for now; at once where it does already.</summary>
    public async Task ComesAsync(AgentId agent) =>
        await coming.OfAsync(agent).WaitAsync(LongestComing, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A cell's folders are there and it does not run: called for each of its agents. Must throw nothing.</summary>
    public Action<AgentPlace> BeforeStart
    {
        set => runner.BeforeStart = value;
    }

    /// <summary>Sees when the habitat's files change, until told to stop.</summary>
    public Task WatchHabitatAsync(CancellationToken cancel) => reload.RunAsync(cancel);

    /// <summary>What the habitat's files say that is not in force, as a sentence; null: nothing.</summary>
    public string? HabitatNotice => reload.Notice;

    internal Task LookAtHabitatAsync(CancellationToken cancel) => reload.LookAsync(cancel);

    /// <summary>What the files say that is not in force, of the files as they are now.</summary>
    internal Task<UnheededFiles?> AskOfHabitatAsync(CancellationToken cancel) => reload.AskAsync(cancel);

    /// <summary>Who may ask whom for work, as the habitat in force says.</summary>
    public BridgeModel Bridge => habitats.Current?.Bridge ?? BridgeModel.Off;

    /// <summary>The habitat in force; null: none.</summary>
    public HabitatModel? Habitat => habitats.Current;

    /// <summary>Its file; null: none is up.</summary>
    public string? HabitatFile => habitats.File;

    /// <summary>Where an agent's files are; null where no habitat has it.</summary>
    public AgentPlace? Place(AgentId agent)
    {
        if (habitats.Current is not { } habitat || habitat.Find(agent) is not { } model)
        {
            return null;
        }

        var cell = book.All.FirstOrDefault(c => c.Record.Group == model.Group && c.Design is not null);
        var id = cell?.Record.Id ?? CellId.Of(config.Instance, habitat.Name, model.Group);
        return new AgentPlace(agent, book.Layout.Workspace(model), book.Layout.State(id), cell is null ? null : book.User(cell));
    }

    /// <summary>What the proxy is to let the cells do that there are now.</summary>
    public ProxyOrders Outbound =>
        HabitatOrders.Of(
            habitats.Current,
            book.All.Where(cell => cell.Design?.Network == NetworkMode.Proxy)
                .Select(cell => new OutboundCell(cell.Record.Id, cell.Record.Group, book.User(cell)?.Gid))
        );

    /// <summary>Has the proxy told of <see cref="Outbound"/>, and waits for it; called before a cell starts, and after one is gone.</summary>
    public Func<CancellationToken, Task> AllowAsync
    {
        set => runner.AllowAsync = value;
    }

    /// <summary>Why the proxy does not do what it should by now; null: it does.</summary>
    public Func<string?> Untold { get; set; } = () => null;

    /// <summary>Why the proxy does not serve a cell; null: it does.</summary>
    public Func<CellId, string?> Closed { get; set; } = _ => null;

    /// <summary>What a person should know of a group's money, a sentence each.</summary>
    public Func<GroupId, IEnumerable<string>> Warnings { get; set; } = _ => [];

    /// <summary>Where the proxy is, for attempts against it.</summary>
    public Func<CancellationToken, Task<ProxyPlace?>> ProxyAsync
    {
        set => trial.ProxyAsync = value;
    }

    /// <summary>A group by its id, or by one of its agents'.</summary>
    /// <exception cref="CreelException">There is none of that name.</exception>
    public OutboundGroup Outlet(string name) => Outlet(EgressWish.Group(habitats, name), name);

    /// <summary>A group whose egress is to change: by its id, or by the agent that is alone in it.</summary>
    /// <exception cref="CreelException">There is none of that name, or the agent shares it.</exception>
    public OutboundGroup OwnOutlet(string name) => Outlet(EgressWish.Own(habitats, name), name);

    private OutboundGroup Outlet(AgentGroup group, string name)
    {
        var habitat = habitats.Current!;
        var cell = book.All.FirstOrDefault(c => c.Record.Group == group.Id && c.Design is not null);
        return new OutboundGroup(
            group.Id,
            group.Agents.FirstOrDefault(a => a.Value == name, group.Agents[0]),
            cell is { Running: true } ? cell.Record.Id : null,
            cell?.Design!.Network ?? group.Network,
            group.Egress,
            habitat.Upstreams,
            habitat.Intercept
        );
    }

    /// <summary>What the cell of each agent uses, for those whose cell has its use counted.</summary>
    public ValueTask<IReadOnlyDictionary<AgentId, JsonElement>> UsageAsync(CancellationToken cancel) => views.UsageAsync(cancel);

    internal HabitatKeeper Habitats => habitats;

    internal Reconciler Reconciler => reconciler;

    internal CellBook Book => book;

    internal Mover Mover { get; }

    /// <summary>No cell is left, running or stopped.</summary>
    public bool IsEmpty => !book.All.Any();

    /// <summary>Takes over what an earlier serve left running.</summary>
    /// <exception cref="CreelException">It can't be known what should run, or the store can't be read.</exception>
    public async Task AdoptAsync(CancellationToken cancel)
    {
        foreach (var problem in habitats.Restore().Where(p => p.Severity == Severity.Error))
        {
            log.LogError("the habitat that was in force can't be read any more: {Problem}", problem);
        }

        if (habitats.Known)
        {
            await doors.KeepOnlyAsync(Cells.Reconciler.Agents(habitats.Current), cancel);
        }

        await reconciler.AdoptAsync(habitats.Current, cancel);
    }

    /// <summary>
    /// Settles, and where a driver does not work yet (an engine that starts after Creel, say) goes on trying, until all is as it
    /// is wanted.
    /// </summary>
    public async Task KeepSettlingAsync(CancellationToken cancel)
    {
        for (var pause = TimeSpan.FromSeconds(2); !await SettleAsync(cancel); pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            await Task.Delay(pause, time, cancel);
        }
    }

    /// <summary>Finishes what a kill of serve cut off, also a going down, and brings up what died meanwhile.</summary>
    /// <returns>False where a cell is left out, since what it is to run on does not work.</returns>
    public async Task<bool> SettleAsync(CancellationToken cancel)
    {
        if (!habitats.Known)
        {
            return true;
        }

        var whole = true;

        try
        {
            await foreach (var happened in reconciler.ApplyAsync(habitats.Unfinished(), cancel))
            {
                if (happened is ApplyEvent.StepFailed failed)
                {
                    log.LogError("{Fault}", failed.Fault);
                }
                else if (happened is ApplyEvent.LeftOut { Faults: var faults })
                {
                    whole = false;
                    foreach (var fault in faults)
                    {
                        log.LogError("{Fault}", fault);
                    }
                }
            }
        }
        catch (CreelException e)
        {
            log.LogError("the habitat can't be brought up: {Fault}", e.Fault);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            log.LogError(e, "the habitat can't be brought up");
        }

        return whole;
    }

    /// <summary>Before the end of serve: cells go on, and the next serve finds them.</summary>
    public void LetGo() => runner.LetGo();

    public void Map(IEndpointRouteBuilder app)
    {
        routes.Map(app);
        moves.Map(app);
        budgets.Map(app);
        configRoutes.Map(app);
        trials.Map(app);
    }
}
