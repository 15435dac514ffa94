using Creel.Core;
using Creel.Core.Audit;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Work;
using Creel.Server.Hub;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>The room of cells, put together: what is desired, what is there, and the way from one to the other.</summary>
public sealed class CellsHost
{
    private readonly HabitatKeeper habitats;
    private readonly CellRunner runner;
    private readonly Reconciler reconciler;
    private readonly Fingerprints fingerprints;
    private readonly CellDoors doors;
    private readonly ITaskStore tasks;
    private readonly ILogger log;

    /// <param name="drivers">In the order of preference within a level.</param>
    /// <param name="desiredFile">Where to write down which habitat is in force.</param>
    public CellsHost(
        CellsConfig config,
        IReadOnlyList<IIsolationDriver> drivers,
        ICellStore store,
        ICellFolders folders,
        IHabitatFiles files,
        CellDoors doors,
        IAuditLog audit,
        ITaskStore tasks,
        TimeProvider time,
        ILogger<CellsHost> log,
        string desiredFile
    )
    {
        this.doors = doors;
        this.tasks = tasks;
        this.log = log;
        habitats = new HabitatKeeper(files, new DesiredState(desiredFile));
        fingerprints = new Fingerprints(drivers);
        runner = new CellRunner(config, drivers, store, folders, doors, audit, time, log);
        reconciler = new Reconciler(config, runner, fingerprints, store, doors);
    }

    /// <summary>Who may ask whom for work, as the habitat in force says.</summary>
    public BridgeModel Bridge => habitats.Current?.Bridge ?? BridgeModel.Off;

    /// <summary>Takes over what an earlier serve left running.</summary>
    public async Task AdoptAsync(CancellationToken cancel)
    {
        foreach (var problem in habitats.Restore().Where(p => p.Severity == Severity.Error))
        {
            log.LogError("the habitat that was in force can't be read any more: {Problem}", problem);
        }

        if (habitats.Current is not null || habitats.NothingWanted)
        {
            await doors.KeepOnlyAsync(habitats.Current?.Agents.Select(a => a.Id).ToHashSet() ?? [], cancel);
        }

        await reconciler.AdoptAsync(habitats.Current, cancel);
    }

    /// <summary>Brings up what should run and does not: what a kill of serve cut off, and what died meanwhile.</summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        if (habitats.Current is null)
        {
            return;
        }

        try
        {
            await foreach (var happened in reconciler.ApplyAsync(habitats.Current, false, () => { }, cancel))
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
    }

    /// <summary>Before the end of serve: cells go on, and the next serve finds them.</summary>
    public void LetGo() => runner.LetGo();

    public void Map(IEndpointRouteBuilder routes) =>
        new CellRoutes(habitats, reconciler, runner, fingerprints, doors, tasks).Map(routes);
}
