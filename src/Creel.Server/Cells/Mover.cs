using System.Diagnostics;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Hub;

namespace Creel.Server.Cells;

/// <summary>
/// Carries a cell from one driver to another: its folders, its user and its queue stay what they are, and only what runs there
/// changes. What is desired changes last, once the new one is fit: until then a kill of serve means that the next serve finds a
/// cell that is not as desired, ends it and starts the old one; after that, that the move is done.
/// </summary>
internal sealed class Mover(CellBook book, CellRunner runner, Steps steps, CellDoors doors, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Proves that a started cell is fit; given the epoch of the connection before.</summary>
    public required Func<CellDesign, long, CancellationToken, Task> ProveAsync { get; set; }

    /// <param name="accepted">
    /// Called once it is found possible, before anything is done; the cell's queue is held already, so whoever reads that the
    /// move has begun can rely on it.
    /// </param>
    /// <exception cref="CreelException">It came to nothing, and the cell is as it was, or the message says what it is.</exception>
    public async Task<MoveEnd> MoveAsync(Cell cell, CellDesign next, MoveWish wish, MoveOrder order, Func<ValueTask> accepted)
    {
        var before = cell.Design!;
        if (cell.Record.Stopped || !cell.Running)
        {
            throw new CreelException(
                Fault.Conflict(
                    "cell-down",
                    $"cell {cell.Record.Group} does not run, so there is nothing to move",
                    $"Start it first: creel agent start {before.Agents[0].Id}."
                )
            );
        }

        if (cell.Record.Revision == next.Revision)
        {
            await accepted();
            return new MoveEnd(cell, before.Driver, before.Group.Level, false, null, 0, TimeSpan.Zero);
        }

        var id = cell.Record.Id;
        doors.Hold(id);
        try
        {
            await accepted();
            var left = await DrainAsync(id, order.Grace);
            var clock = Stopwatch.StartNew();
            await steps.InTimeAsync($"stopping cell {cell.Record.Group}", c => runner.StopAsync(cell, byPerson: false, c));
            var taken = await StartAsync(cell, before, next, wish, order);
            return new MoveEnd(cell, before.Driver, before.Group.Level, true, taken?.LocalFile, left, clock.Elapsed);
        }
        finally
        {
            doors.Release(id);
        }
    }

    private async Task<Accepted?> StartAsync(Cell cell, CellDesign before, CellDesign next, MoveWish wish, MoveOrder order)
    {
        var habitat = wish.Wish.Habitat!.Name;
        var epoch = doors.Presence(cell.Record.Id)?.Epoch ?? 0;
        using var patience = new CancellationTokenSource(order.Patience, time);
        var started = false;
        try
        {
            await steps.InTimeAsync(
                $"starting cell {cell.Record.Group}",
                async slow =>
                {
                    using var both = CancellationTokenSource.CreateLinkedTokenSource(slow, patience.Token);
                    await runner.StartAsync(next, habitat, both.Token);
                }
            );
            started = true;
            await ProveAsync(next, epoch, patience.Token);
            return await wish.Wish.AcceptAsync(CancellationToken.None);
        }
        catch (Exception e) when (started && IsWritten(wish))
        {
            // It is moved, and the next serve knows it; only this one could not write down everything.
            throw new CreelException(
                new Fault(
                    FaultKind.ApplyFailed,
                    "apply-move-half-written",
                    $"cell {cell.Record.Group} has moved, but not all of it could be written down: {e.Message}",
                    "Free some space on the disk, and apply the habitat: creel up"
                ),
                e
            );
        }
        catch (Exception e)
        {
            throw await BackAsync(cell, before, habitat, started, Why(e, cell, patience, order));
        }
    }

    /// <summary>As it was, and why.</summary>
    private async Task<CreelException> BackAsync(Cell cell, CellDesign before, string habitat, bool started, Fault why)
    {
        try
        {
            if (started)
            {
                await steps.InTimeAsync($"stopping cell {cell.Record.Group}", c => runner.StopAsync(cell, byPerson: false, c));
            }
            else
            {
                await runner.ForgetStartAsync(cell, before, CancellationToken.None);
            }

            var epoch = doors.Presence(cell.Record.Id)?.Epoch ?? 0;
            await steps.InTimeAsync($"starting cell {cell.Record.Group}", c => runner.StartAsync(before, habitat, c));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), time);
            await ProveAsync(before, epoch, patience.Token);
        }
        catch (Exception e)
        {
            return new CreelException(
                new Fault(
                    FaultKind.ApplyFailed,
                    "apply-move-stuck",
                    $"cell {cell.Record.Group} could not be moved ({why.Message}), and it could not be brought back either: "
                        + $"{(e as CreelException)?.Fault.Message ?? e.Message}. What is wanted is as it was before.",
                    $"When that is mended: creel up. Its log: {book.Layout.Log(cell.Record.Id)}"
                ),
                e
            );
        }

        return new CreelException(
            new Fault(
                FaultKind.ApplyFailed,
                "apply-move-undone",
                $"cell {cell.Record.Group} could not be moved, and is as it was: {why.Message}",
                why.Remedy
            )
        );
    }

    /// <returns>How many tasks have not ended in time.</returns>
    private async Task<int> DrainAsync(CellId cell, TimeSpan grace)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(Look, time);
        while (doors.UnderWay(cell) is > 0 and var count)
        {
            if (time.GetElapsedTime(started) >= grace)
            {
                return count;
            }

            await timer.WaitForNextTickAsync();
        }

        return 0;
    }

    private static bool IsWritten(MoveWish wish)
    {
        try
        {
            return wish.IsWritten();
        }
        catch (CreelException)
        {
            return false;
        }
    }

    private static Fault Why(Exception e, Cell cell, CancellationTokenSource patience, MoveOrder order) =>
        e switch
        {
            CreelException known => known.Fault,
            OperationCanceledException when patience.IsCancellationRequested => new Fault(
                FaultKind.ApplyFailed,
                "move-slow",
                $"it was not up and healthy within {order.Patience.TotalSeconds:0.#} s"
                    + (cell.Reason is { } reason ? $" ({reason})" : ""),
                "Look at its log: creel logs; or give it longer: --timeout."
            ),
            _ => new Fault(FaultKind.Internal, "move", e.Message),
        };
}
