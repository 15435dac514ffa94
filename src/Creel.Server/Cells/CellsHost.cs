using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
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
    private readonly CellViews views;
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
        this.log = log;
        habitats = new HabitatKeeper(files, new DesiredState(desired));
        var fingerprints = new Fingerprints(drivers);
        var audit = new CellAudit(trail);
        book = new CellBook(config, folders);
        runner = new CellRunner(config, book, drivers, store, doors, audit, time, log);
        var steps = new Steps(config, book, runner, doors);
        var leavings = new Leavings(book.Layout, folders, habitats, audit);
        var drifts = new CellDrifts(book, drivers);
        reconciler = new Reconciler(config, book, runner, steps, leavings, fingerprints, drifts, store, doors, log);
        views = new CellViews(book, doors, tasks, new CellUsages(drivers, time), drifts);
        routes = new CellRoutes(habitats, reconciler, book, steps, leavings, fingerprints, views, audit, log);
        trials = new TrialRoutes(book, new Trial(config, book, doors), audit);
    }

    /// <summary>Who may ask whom for work, as the habitat in force says.</summary>
    public BridgeModel Bridge => habitats.Current?.Bridge ?? BridgeModel.Off;

    /// <summary>What the cell of each agent uses, for those whose cell has its use counted.</summary>
    public ValueTask<IReadOnlyDictionary<AgentId, JsonElement>> UsageAsync(CancellationToken cancel) => views.UsageAsync(cancel);

    internal HabitatKeeper Habitats => habitats;

    internal Reconciler Reconciler => reconciler;

    internal CellBook Book => book;

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

    /// <summary>Finishes what a kill of serve cut off, also a going down, and brings up what died meanwhile.</summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        if (!habitats.Known)
        {
            return;
        }

        try
        {
            await foreach (var happened in reconciler.ApplyAsync(habitats.Unfinished(), cancel))
            {
                if (happened is ApplyEvent.StepFailed failed)
                {
                    log.LogError("{Fault}", failed.Fault);
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
    }

    /// <summary>Before the end of serve: cells go on, and the next serve finds them.</summary>
    public void LetGo() => runner.LetGo();

    public void Map(IEndpointRouteBuilder app)
    {
        routes.Map(app);
        trials.Map(app);
    }
}
