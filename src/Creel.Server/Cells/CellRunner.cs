using System.Collections.Concurrent;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Audit;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Server.Hub;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>
/// Starts, adopts, ends and keeps single cells: the door at the hub, the folders, the driver, and the record of it in the
/// right order, so that a kill between any two lines leaves something that the next start finds and finishes.
/// </summary>
internal sealed class CellRunner(
    CellsConfig config,
    IReadOnlyList<IIsolationDriver> drivers,
    ICellStore store,
    ICellFolders folders,
    CellDoors doors,
    IAuditLog audit,
    TimeProvider time,
    ILogger log
)
{
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ConnectedCeiling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SilentCeiling = TimeSpan.FromSeconds(60);

    private readonly CellLayout layout = new(config);
    private readonly Lock placing = new();
    private readonly CellUsers? users = config.FirstUid is { } first ? new CellUsers(first, folders) : null;

    public ConcurrentDictionary<CellId, Cell> Cells { get; } = new();

    public CellLayout Layout => layout;

    public async Task StartAsync(CellDesign design, string habitat, CancellationToken cancel)
    {
        var cell = Place(design);
        await InTurnAsync(cell, () => StartAsync(cell, design, habitat, cancel), cancel);
    }

    private async Task StartAsync(Cell cell, CellDesign design, string habitat, CancellationToken cancel)
    {
        if (cell.Running)
        {
            return;
        }

        layout.Refuse(design);
        cell.Design = design;
        cell.Record = cell.Record with { Driver = design.Driver, Revision = design.Revision, Handle = null, Stopped = false };
        await store.PutAsync(cell.Record, cancel);
        var spec = Spec(cell, habitat);
        Provide(spec);
        await OpenDoorAsync(cell, design, cancel);
        var driver = Driver(design.Driver);
        var handle = await driver.RecoverAsync(spec, cancel);
        if (handle is not null)
        {
            // A start that a crash cut off between the driver and the record. What it runs may be out of date: end it.
            await driver.StopAsync(handle, TimeSpan.Zero, cancel);
        }

        handle = await driver.StartAsync(spec, cancel);
        cell.Record = cell.Record with { Handle = handle };
        await store.PutAsync(cell.Record, cancel);
        Up(cell, driver, handle, habitat);
        await AuditAsync("cell.start", cell, "ok");
    }

    /// <summary>Takes a cell over that an earlier <c>serve</c> started; false if it is not running.</summary>
    public async Task<bool> AdoptAsync(CellRecord record, CellDesign? design, string habitat, CancellationToken cancel)
    {
        var cell = new Cell(record) { Design = design };
        Cells[record.Id] = cell;
        if (drivers.FirstOrDefault(d => d.Name == record.Driver) is not { } driver)
        {
            cell.Reason = $"this Creel has no driver {record.Driver}";
            return false;
        }

        if (design is not null)
        {
            await OpenDoorAsync(cell, design, cancel);
            if (
                record.Handle is null
                && !record.Stopped
                && await driver.RecoverAsync(Spec(cell, habitat), cancel) is { } recovered
            )
            {
                cell.Record = record = record with { Handle = recovered };
                await store.PutAsync(record, cancel);
            }
        }

        if (record.Handle is not { } handle)
        {
            return false;
        }

        var seen = await driver.InspectAsync(handle, cancel);
        if (!seen.Running)
        {
            cell.Reason = seen.Reason;
            return false;
        }

        Up(cell, driver, handle, habitat);
        await AuditAsync("cell.adopt", cell, "ok");
        return true;
    }

    /// <summary>Tells a running cell what changed of its agents.</summary>
    public async Task UpdateAsync(CellDesign design, CancellationToken cancel)
    {
        var cell = Cells[design.Id];
        cell.Design = design;
        await OpenDoorAsync(cell, design, cancel);
    }

    /// <summary>Ends the cell and keeps its record; by a person, it stays stopped until one starts it.</summary>
    public async Task StopAsync(CellId id, bool byPerson, CancellationToken cancel)
    {
        var cell = Cells[id];
        if (cell.Watch is { } watch)
        {
            await watch.CancelAsync();
        }

        await InTurnAsync(cell, () => StopAsync(cell, byPerson, cancel), cancel);
    }

    private async Task StopAsync(Cell cell, bool byPerson, CancellationToken cancel)
    {
        // A keeper that was past its wait has started it anew: that one is ended, too.
        cell.Watch?.Cancel();
        cell.Watch = null;
        cell.Record = cell.Record with { Stopped = byPerson };
        await store.PutAsync(cell.Record, cancel);
        if (cell.Record.Handle is { } handle && drivers.FirstOrDefault(d => d.Name == handle.Driver) is { } driver)
        {
            await doors.RequestStopAsync(cell.Record.Id);
            await driver.StopAsync(handle, config.StopGrace, cancel);
        }

        cell.Running = false;
        cell.Since = null;
        cell.Reason = byPerson ? "stopped" : null;
        cell.Record = cell.Record with { Handle = null };
        await store.PutAsync(cell.Record, cancel);
        await AuditAsync("cell.stop", cell, "ok");
    }

    /// <summary>Ends the cell and forgets it; what was under way in it is told to be interrupted.</summary>
    public async Task RemoveAsync(CellId id, IReadOnlySet<AgentId> kept, bool deleteWorkspaces, CancellationToken cancel)
    {
        await StopAsync(id, byPerson: false, cancel);
        await doors.AbandonAsync(id, "its cell was taken down");
        await doors.CloseAsync(id);
        var cell = Cells[id];
        foreach (var agent in cell.Design?.Agents ?? [])
        {
            if (kept.Contains(agent.Id))
            {
                continue;
            }

            await doors.ForgetAsync(agent.Id);
            if (deleteWorkspaces && agent.Workspace is null)
            {
                folders.Delete(layout.Workspace(agent));
            }
        }

        if (deleteWorkspaces)
        {
            folders.Delete(layout.State(id));
            folders.Delete(layout.Cell(id));
        }

        await store.RemoveAsync(id, cancel);
        Cells.TryRemove(id, out _);
        await AuditAsync("cell.remove", cell, "ok", deleteWorkspaces ? """{"workspaces":"deleted"}""" : null);
    }

    /// <summary>Lets go of all cells without ending them: they are adopted by the next serve.</summary>
    public void LetGo()
    {
        foreach (var cell in Cells.Values)
        {
            cell.Watch?.Cancel();
        }
    }

    private void Up(Cell cell, IIsolationDriver driver, CellHandle handle, string habitat)
    {
        cell.Running = true;
        cell.Reason = null;
        cell.Since = time.GetUtcNow();
        // A keeper that still waits to start the last one again has nothing to do any more.
        cell.Watch?.Cancel();
        var watch = cell.Watch = new CancellationTokenSource();
        _ = KeepAsync(cell, driver, handle, habitat, Epoch(cell), watch.Token);
    }

    /// <summary>
    /// Waits for the cell to die and starts it again: after 0.1 s, 0.2 s, 0.4 s …, from 0.1 s again once it was calm for a
    /// minute. At most 1 s where its runtime had connected; where it never did, starting it is futile and the ceiling is 60 s.
    /// </summary>
    private async Task KeepAsync(
        Cell cell,
        IIsolationDriver driver,
        CellHandle handle,
        string habitat,
        long epoch,
        CancellationToken cancel
    )
    {
        try
        {
            var end = await driver.WaitAsync(handle, cancel);
            var calm = time.GetUtcNow() - cell.Since > Calm;
            await InTurnAsync(cell, () => BuryAsync(cell, driver, handle, end, calm), cancel);
            while (
                !cell.Running
                && !cell.Record.Stopped
                && cell.Design is { } design
                && Cells.GetValueOrDefault(cell.Record.Id) == cell
            )
            {
                var ceiling = Epoch(cell) > epoch ? ConnectedCeiling : SilentCeiling;
                var delay = Math.Min(ceiling.TotalSeconds, 0.1 * Math.Pow(2, Math.Min(cell.Restarts - 1, 16)));
                await Task.Delay(TimeSpan.FromSeconds(delay), time, cancel);
                // Not to be cut off in the middle: whoever wants it ended waits for its turn.
                await InTurnAsync(cell, () => TryAgainAsync(cell, design, habitat), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // Ended on purpose, or let go.
        }
        catch (Exception e)
        {
            cell.Reason = e.Message;
            log.LogError(e, "the keeper of cell {Group} failed", cell.Record.Group);
        }
    }

    private async Task BuryAsync(Cell cell, IIsolationDriver driver, CellHandle handle, CellObservation end, bool calm)
    {
        cell.Running = false;
        cell.Reason = end.Reason;
        cell.Restarts = calm ? 1 : cell.Restarts + 1;
        log.LogWarning("cell {Group} ended: {Reason}", cell.Record.Group, end.Reason);
        await AuditAsync("cell.exit", cell, "failed", JsonSerializer.Serialize(new { reason = end.Reason }));
        await driver.StopAsync(handle, TimeSpan.Zero, CancellationToken.None);
    }

    private async Task TryAgainAsync(Cell cell, CellDesign design, string habitat)
    {
        if (cell.Record.Stopped || Cells.GetValueOrDefault(cell.Record.Id) != cell)
        {
            return;
        }

        try
        {
            await StartAsync(cell, design, habitat, CancellationToken.None);
        }
        catch (CreelException e)
        {
            cell.Restarts++;
            cell.Reason = e.Message;
            log.LogError("cell {Group} could not be started again: {Reason}", cell.Record.Group, e.Message);
        }
    }

    private static async Task InTurnAsync(Cell cell, Func<Task> change, CancellationToken cancel)
    {
        await cell.Gate.WaitAsync(cancel);
        try
        {
            await change();
        }
        finally
        {
            cell.Gate.Release();
        }
    }

    private long Epoch(Cell cell) => doors.Presence(cell.Record.Id)?.Epoch ?? 0;

    private async Task OpenDoorAsync(Cell cell, CellDesign design, CancellationToken cancel)
    {
        var driver = Driver(design.Driver);
        var agents = design.Agents.Select(a => new HubAgent(a, Seen(driver, a))).ToList();
        await doors.OpenAsync(
            new HubCell(design.Id, design.Group.Id.Value, layout.HubFolder(design.Id), User(cell)?.Gid, agents),
            cancel
        );
        cell.Told = CellPlanner.Telling(design);
    }

    private string Seen(IIsolationDriver driver, AgentModel agent) =>
        driver.Level == IsolationLevel.None ? layout.Workspace(agent) : CellPaths.Workspace(agent.Id);

    private void Provide(CellSpec spec)
    {
        folders.Provide(spec.Folder, null);
        folders.Provide(spec.StateFolder, spec.User);
        foreach (var workspace in spec.Workspaces)
        {
            // A folder that the user wrote out and that is there is theirs: the driver says what it lacks.
            if (layout.IsWorkspace(workspace.HostPath) || !Directory.Exists(workspace.HostPath))
            {
                folders.Provide(workspace.HostPath, spec.User);
            }
        }
    }

    /// <summary>One at a time: two cells that start together must not be given the same place.</summary>
    private Cell Place(CellDesign design)
    {
        lock (placing)
        {
            return Cells.GetOrAdd(
                design.Id,
                id => new Cell(new CellRecord(id, design.Group.Id, design.Driver, "", Allot(design), null, false))
            );
        }
    }

    private int Allot(CellDesign design)
    {
        var taken = Cells.Values.Select(c => c.Record.UserIndex).ToHashSet();
        if (users is null)
        {
            return Enumerable.Range(0, CellUsers.RangeSize).First(index => !taken.Contains(index));
        }

        var own = design.Agents.Select(layout.Workspace).Append(layout.State(design.Id));
        var all = new[] { "workspaces", "state" }
            .Select(name => Path.Combine(config.Home, name))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories);
        return users.Choose(taken, own, all);
    }

    private CellUser? User(Cell cell) => users?.At(cell.Record.UserIndex);

    private CellSpec Spec(Cell cell, string habitat) => layout.Spec(cell.Design!, User(cell), cell.Record.UserIndex, habitat);

    private IIsolationDriver Driver(string name) => drivers.First(d => d.Name == name);

    private ValueTask AuditAsync(string action, Cell cell, string outcome, string? detail = null) =>
        audit.AppendAsync([
            new AuditEntry(time.GetUtcNow(), "creel", action, $"cell:{cell.Record.Id} ({cell.Record.Group})", outcome, detail),
        ]);
}
