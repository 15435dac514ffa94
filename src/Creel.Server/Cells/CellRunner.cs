using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Sessions;
using Creel.Server.Hub;
using Creel.Server.Hub.Links;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>
/// Starts, adopts and ends single cells: the door at the hub, the folders, the driver, and the record of it, in an order in
/// which a kill between any two lines leaves something that adoption, and then applying what is desired, finds and finishes.
/// </summary>
internal sealed class CellRunner
{
    private readonly CellsConfig config;
    private readonly CellBook book;
    private readonly IReadOnlyList<IIsolationDriver> drivers;
    private readonly ICellStore store;
    private readonly CellDoors doors;
    private readonly CellAudit audit;
    private readonly CellKeeper keeper;
    private readonly TimeProvider time;

    public CellRunner(
        CellsConfig config,
        CellBook book,
        IReadOnlyList<IIsolationDriver> drivers,
        ICellStore store,
        CellDoors doors,
        CellAudit audit,
        TimeProvider time,
        ILogger log
    )
    {
        (this.config, this.book, this.drivers, this.store) = (config, book, drivers, store);
        (this.doors, this.audit, this.time) = (doors, audit, time);
        keeper = new CellKeeper(config, book, doors, audit, time, log, StartAsync);
    }

    public required Coming Coming { get; init; }

    /// <summary>See <see cref="CellsHost.BeforeStart"/>.</summary>
    public Action<AgentPlace> BeforeStart { get; set; } = _ => { };

    public async Task StartAsync(CellDesign design, string habitat, CancellationToken cancel)
    {
        var cell = book.Place(design);
        await cell.InTurnAsync(
            async () =>
            {
                if (await StartAsync(cell, design, habitat, cancel))
                {
                    await audit.CellAsync("cell.start", cell, "ok");
                }
            },
            cancel
        );
    }

    /// <summary>Lets the cells that there are reach what they may; called before one starts.</summary>
    public Func<CancellationToken, Task> AllowAsync { get; set; } = _ => Task.CompletedTask;

    /// <returns>False where it runs already.</returns>
    private async Task<bool> StartAsync(Cell cell, CellDesign design, string habitat, CancellationToken cancel)
    {
        if (cell.Running)
        {
            return false;
        }

        if (Find(cell.Record.Driver) is { } former && await HandleAsync(cell, former, habitat, cancel) is { } left)
        {
            // It could not be taken over, or a crash cut its start off before the record. What it runs may be out of date.
            await former.StopAsync(left, TimeSpan.Zero, cancel);
        }

        cell.Design = design;
        cell.Ending = false;
        cell.Record = cell.Record with { Driver = design.Driver, Revision = design.Revision, Handle = null, Stopped = false };
        await store.PutAsync(cell.Record, cancel);
        var spec = book.Spec(cell, habitat);
        book.Provide(spec);
        foreach (var agent in design.Agents)
        {
            BeforeStart(new AgentPlace(agent.Id, book.Layout.Workspace(agent), spec.StateFolder, spec.User));
        }

        await OpenDoorAsync(cell, design, cancel);
        if (spec.ProxyFolder is { } proxy)
        {
            SocketFolder.Provide(proxy, spec.User?.Gid, book.ProxyUid);
            await AllowAsync(cancel);
        }

        var driver = Driver(design.Driver);
        var handle = await driver.StartAsync(spec, cancel);
        cell.Record = cell.Record with { Handle = handle };
        await store.PutAsync(cell.Record, cancel);
        Up(cell, driver, handle, habitat, adopted: false);
        return true;
    }

    /// <summary>Takes a cell over that an earlier <c>serve</c> started; a stop that it did not finish is finished.</summary>
    public async Task AdoptAsync(CellRecord record, CellDesign? design, string habitat, CancellationToken cancel)
    {
        var cell = book.Adopt(record, design);
        await cell.InTurnAsync(() => AdoptAsync(cell, habitat, cancel), cancel);
    }

    private async Task AdoptAsync(Cell cell, string habitat, CancellationToken cancel)
    {
        if (Find(cell.Record.Driver) is not { } driver)
        {
            cell.Reason = $"this Creel has no driver {cell.Record.Driver}";
            return;
        }

        if (cell.Design is { } design)
        {
            await OpenDoorAsync(cell, design, cancel);
        }

        if (cell.Record is { Handle: { } written, Stopped: false } && await SilenceAsync(driver, written) is { } silence)
        {
            // It may be alive: its keeper waits until the driver can tell, and starts it again only if it is not.
            cell.Unknown = silence;
            Up(cell, driver, written, habitat, adopted: true);
            return;
        }

        if (await HandleAsync(cell, driver, habitat, cancel) is not { } handle)
        {
            return;
        }

        if (cell.Record.Stopped)
        {
            await EndAsync(cell, byPerson: true, cancel);
            return;
        }

        if (handle != cell.Record.Handle)
        {
            cell.Record = cell.Record with { Handle = handle };
            await store.PutAsync(cell.Record, cancel);
        }

        var seen = await driver.InspectAsync(handle, cancel);
        if (!seen.Running)
        {
            cell.Reason = seen.Reason;
            return;
        }

        Up(cell, driver, handle, habitat, adopted: true);
        await audit.CellAsync("cell.adopt", cell, "ok");
    }

    /// <summary>Why the driver can't tell whether a cell runs; null where it can.</summary>
    private async Task<string?> SilenceAsync(IIsolationDriver driver, CellHandle handle)
    {
        try
        {
            await driver.InspectAsync(handle).AsTask().WaitAsync(DriverPulse.Patience, time);
            return null;
        }
        catch (TimeoutException)
        {
            return $"{driver.Name} does not answer";
        }
        catch (CreelException e) when (e.Fault.Kind is FaultKind.Unavailable or FaultKind.Timeout)
        {
            return e.Fault.Message;
        }
    }

    /// <summary>Tells a running cell what changed of its agents.</summary>
    public async Task UpdateAsync(CellDesign design, CancellationToken cancel)
    {
        var cell = book.Place(design);
        await cell.InTurnAsync(
            async () =>
            {
                cell.Design = design;
                await OpenDoorAsync(cell, design, cancel);
            },
            cancel
        );
    }

    /// <summary>Ends the cell and keeps its record; by a person, it stays stopped until one starts it.</summary>
    public async Task StopAsync(Cell cell, bool byPerson, CancellationToken cancel)
    {
        if (cell.Watch is { } watch)
        {
            await watch.CancelAsync();
        }

        await cell.InTurnAsync(() => EndAsync(cell, byPerson, cancel), cancel);
    }

    /// <summary>Ends the cell and forgets it; what was under way in it is told to be interrupted.</summary>
    /// <param name="clear">What it kept for itself is deleted, too.</param>
    public async Task RemoveAsync(Cell cell, bool clear, CancellationToken cancel)
    {
        var id = cell.Record.Id;
        await StopAsync(cell, byPerson: false, cancel);
        await doors.AbandonAsync(id, "its cell was taken down");
        await doors.CloseAsync(id);
        SocketFolder.RemoveEmpty(book.Layout.HubFolder(id));
        if (clear)
        {
            book.Clear(id);
        }

        await store.RemoveAsync(id, cancel);
        book.TakeOut(id);
        await AllowAsync(cancel);
        SocketFolder.RemoveEmpty(book.Layout.ProxyFolder(id));
        await audit.CellAsync("cell.remove", cell, "ok");
    }

    /// <summary>
    /// A start elsewhere came to nothing, of which by its promise the driver left nothing: the cell is again what it was, without
    /// asking a driver that may not answer any more.
    /// </summary>
    public Task ForgetStartAsync(Cell cell, CellDesign before, CancellationToken cancel) =>
        cell.InTurnAsync(
            async () =>
            {
                cell.Design = before;
                cell.Record = cell.Record with { Driver = before.Driver, Revision = before.Revision, Handle = null };
                await store.PutAsync(cell.Record, cancel);
            },
            cancel
        );

    /// <summary>What was asked of the cell could not be done.</summary>
    public Task FailAsync(Cell cell, string action, Fault fault) =>
        cell.InTurnAsync(
            async () =>
            {
                cell.Reason = fault.Message;
                await audit.CellAsync(action, cell, "failed", fault);
            },
            CancellationToken.None
        );

    /// <summary>Lets go of all cells without ending them: they are adopted by the next serve.</summary>
    public void LetGo()
    {
        foreach (var cell in book.All)
        {
            cell.Watch?.Cancel();
        }
    }

    private async Task EndAsync(Cell cell, bool byPerson, CancellationToken cancel)
    {
        // A keeper that was past its wait has started it anew: that one is ended, too.
        cell.Watch?.Cancel();
        cell.Watch = null;
        cell.Ending = true;
        cell.NextTry = null;
        cell.Quick = 0;
        cell.Record = cell.Record with { Stopped = byPerson };
        await store.PutAsync(cell.Record, cancel);
        if (Find(cell.Record.Driver) is { } driver && await HandleAsync(cell, driver, "", cancel) is { } handle)
        {
            try
            {
                await doors.RequestStopAsync(cell.Record.Id);
                await driver.StopAsync(handle, config.StopGrace, cancel);
            }
            catch when (cell.Running)
            {
                // It may yet die of what it was told: unwatched, it would be shown as running for ever.
                keeper.Watch(cell, driver, handle, "");
                throw;
            }
        }

        cell.Running = false;
        cell.Since = null;
        cell.Reason = byPerson ? "stopped" : null;
        cell.Record = cell.Record with { Handle = null };
        await store.PutAsync(cell.Record, cancel);
        await audit.CellAsync("cell.stop", cell, "ok");
    }

    private void Up(Cell cell, IIsolationDriver driver, CellHandle handle, string habitat, bool adopted)
    {
        cell.Running = true;
        cell.Adopted = adopted;
        cell.Reason = null;
        cell.NextTry = null;
        cell.Since = time.GetUtcNow();
        keeper.Watch(cell, driver, handle, habitat);
    }

    /// <summary>As the record has it, or else, where a start was cut off before that was written, as the driver finds it.</summary>
    private async Task<CellHandle?> HandleAsync(Cell cell, IIsolationDriver driver, string habitat, CancellationToken cancel) =>
        cell.Record.Handle ?? await driver.RecoverAsync(book.Spec(cell, habitat), cancel);

    private async Task OpenDoorAsync(Cell cell, CellDesign design, CancellationToken cancel)
    {
        var bare = Driver(design.Driver).Level == IsolationLevel.None;
        var agents = design.Agents.Select(a => new HubAgent(a, Seen(a))).ToList();
        var folder = book.Layout.HubFolder(design.Id);
        var door = new HubCell(design.Id, design.Group.Id.Value, folder, book.User(cell)?.Gid, agents)
        {
            Upstreams = design.Upstreams,
            Making = design.Group.Making,
            SetupMark = design.SetupMark,
        };
        await doors.OpenAsync(door, cancel);
        cell.Told = CellPlanner.Telling(design);
        foreach (var agent in design.Agents)
        {
            Coming.Came(agent.Id);
        }

        string Seen(AgentModel agent) => bare ? book.Layout.Workspace(agent) : CellPaths.Workspace(agent.Id);
    }

    private IIsolationDriver Driver(string name) => drivers.First(d => d.Name == name);

    private IIsolationDriver? Find(string name) => drivers.FirstOrDefault(d => d.Name == name);
}
