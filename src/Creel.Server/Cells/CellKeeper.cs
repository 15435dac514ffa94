using Creel.Core.Isolation;
using Creel.Core.Policy;
using Creel.Server.Hub;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>Keeps cells running: waits for each to die, and starts it again.</summary>
/// <param name="startAsync">Starts a cell, called in its turn.</param>
internal sealed class CellKeeper(
    CellsConfig config,
    CellBook book,
    CellDoors doors,
    CellAudit audit,
    TimeProvider time,
    ILogger log,
    Func<Cell, CellDesign, string, CancellationToken, Task<bool>> startAsync
)
{
    /// <summary>From now on this run of the cell is watched. In its turn.</summary>
    public void Watch(Cell cell, IIsolationDriver driver, CellHandle handle, string habitat)
    {
        // A keeper that still waits to start the last one again has nothing to do any more.
        cell.Watch?.Cancel();
        var watch = cell.Watch = new CancellationTokenSource();
        _ = KeepAsync(cell, driver, handle, habitat, Seen(cell), watch.Token);
    }

    /// <summary>Waits for the cell to die and starts it again, after a rest that <see cref="RestartPause"/> measures.</summary>
    /// <param name="before">What the hub knew of it when this run began.</param>
    private async Task KeepAsync(
        Cell cell,
        IIsolationDriver driver,
        CellHandle handle,
        string habitat,
        (long Epoch, long Answered) before,
        CancellationToken cancel
    )
    {
        try
        {
            var end = await EndAsync(driver, handle, cancel);
            var now = Seen(cell);
            var quick = now.Answered == before.Answered && time.GetUtcNow() - cell.Since <= RestartPause.Calm;
            await cell.InTurnAsync(() => BuryAsync(cell, driver, handle, end, quick), cancel);
            while (!cell.Running && Wanted(cell) && cell.Design is { } design)
            {
                var pause = RestartPause.Of(cell.Quick, now.Epoch > before.Epoch);
                cell.NextTry = time.GetUtcNow() + pause;
                await Task.Delay(pause, time, cancel);
                // Not to be cut off in the middle: whoever wants it ended waits for its turn.
                await cell.InTurnAsync(() => TryAgainAsync(cell, design, habitat), cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ended on purpose, or let go.
        }
        catch (Exception e)
        {
            log.LogError(e, "the keeper of cell {Group} failed", cell.Record.Group);
        }
    }

    /// <summary>A cell that can't be watched counts as dead: it is ended and started again, rather than shown as running for ever.</summary>
    private async Task<CellObservation> EndAsync(IIsolationDriver driver, CellHandle handle, CancellationToken cancel)
    {
        try
        {
            return await driver.WaitAsync(handle, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            log.LogError(e, "cell {Cell} can't be watched", handle.Cell);
            return new CellObservation(false, $"it could not be watched: {e.Message}");
        }
    }

    private async Task BuryAsync(Cell cell, IIsolationDriver driver, CellHandle handle, CellObservation end, bool quick)
    {
        cell.Running = false;
        cell.Reason = end.Reason;
        cell.Restarts++;
        cell.Quick = quick ? cell.Quick + 1 : 1;
        log.LogWarning("cell {Group} ended: {Reason}", cell.Record.Group, end.Reason);
        try
        {
            await audit.ByItselfAsync("cell.exit", cell, "failed", end.Reason);
            await driver.StopAsync(handle, TimeSpan.Zero, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The next start clears away again what is left.
            log.LogError(e, "what cell {Group} left could not be cleared away", cell.Record.Group);
        }
    }

    private async Task TryAgainAsync(Cell cell, CellDesign design, string habitat)
    {
        if (!Wanted(cell))
        {
            return;
        }

        using var deadline = new CancellationTokenSource(config.StepDeadline);
        try
        {
            if (await startAsync(cell, design, habitat, deadline.Token))
            {
                await audit.ByItselfAsync("cell.start", cell, "ok");
            }
        }
        catch (Exception e)
        {
            cell.Quick++;
            cell.Reason = e.Message;
            log.LogError("cell {Group} could not be started again: {Reason}", cell.Record.Group, e.Message);
        }
    }

    private bool Wanted(Cell cell) => cell is { Ending: false, Record.Stopped: false } && book.Holds(cell);

    private (long Epoch, long Answered) Seen(Cell cell) =>
        doors.Presence(cell.Record.Id) is { } presence ? (presence.Epoch, presence.Answered) : (0, 0);
}
