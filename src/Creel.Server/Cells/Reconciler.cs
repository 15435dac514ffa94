using System.Diagnostics;
using System.Runtime.CompilerServices;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Server.Hub;

namespace Creel.Server.Cells;

/// <summary>Brings what is to what should be: one plan at a time, each step by itself, again and again until it fits.</summary>
internal sealed class Reconciler(
    CellBook book,
    CellRunner runner,
    CellPlans plans,
    Adoption adoption,
    Steps steps,
    Leavings leavings,
    Fingerprints fingerprints,
    Foresight foresight,
    CellSweep sweep,
    CellDoors doors
)
{
    public required Coming Coming { get; init; }

    /// <summary>The habitat in force.</summary>
    public Func<HabitatModel?> Current { get; init; } = () => null;

    /// <summary>Shut until what an earlier serve left is known: before that, no plan is right.</summary>
    private readonly SemaphoreSlim gate = new(0, 1);

    /// <summary>What would be done, without doing it.</summary>
    /// <param name="read">What is wanted, once it is this plan's turn; null: nothing that can be planned.</param>
    /// <exception cref="CreelException">It can't be had here.</exception>
    public async Task<Plan?> PlanAsync(Func<Wish?> read, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            return read() is { } wish ? await plans.DecideAsync(wish, cancel) : null;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Finds again what an earlier serve left running. Call once, before any plan.</summary>
    public async Task AdoptAsync(HabitatModel? habitat, CancellationToken cancel)
    {
        var records = await adoption.RunAsync(habitat, cancel);
        await sweep.RunAsync(records, cancel);
        gate.Release();
    }

    /// <summary>Plans and applies. Steps that fail don't hold up the others; applying again takes up what is left.</summary>
    /// <exception cref="CreelException">What is asked for can't be had here; nothing was changed.</exception>
    public async IAsyncEnumerable<ApplyEvent> ApplyAsync(Wish wish, [EnumeratorCancellation] CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            var clock = Stopwatch.StartNew();
            var (plan, leftOut) = wish.Partly
                ? await plans.DecidePartlyAsync(wish, cancel)
                : (await plans.DecideAsync(wish, cancel), []);
            Expect(wish);
            var accepted = await wish.AcceptAsync(cancel);
            if (book.All.Any())
            {
                // What cells that go on may do outside is not to wait for those that start.
                await runner.AllowAsync(CancellationToken.None);
            }

            yield return new ApplyEvent.Planned(plan);
            if (leftOut.Count > 0)
            {
                yield return new ApplyEvent.LeftOut(leftOut);
            }

            if (accepted.LocalFile is { } file)
            {
                yield return new ApplyEvent.LocalFile(file, accepted.Written);
            }

            var deleted = accepted.Left.Where(l => l.Delete).Select(l => l.Id).ToHashSet();
            var run = steps.Start(plan, wish.Habitat?.Name ?? "", id => IsToBeCleared(id, deleted));
            await foreach (var happened in run.Events.ReadAllAsync(CancellationToken.None))
            {
                yield return happened;
            }

            var end = await run.End;
            await doors.KeepOnlyAsync(Agents(wish.Habitat), CancellationToken.None);
            // The folder of a cell that may still run is left alone, until the same is asked again.
            if (end.Ended)
            {
                await foreach (var happened in leavings.SettleAsync(accepted.Left))
                {
                    yield return happened;
                }
            }

            yield return new ApplyEvent.Done(end.Ok, clock.Elapsed);
        }
        finally
        {
            Coming.Over();
            gate.Release();
        }
    }

    /// <summary>Stops or starts a single cell, for a person. A restart is one change: cut off in the middle, the next serve starts it.</summary>
    /// <param name="habitat">The one in force, once it is this change's turn.</param>
    /// <param name="accepted">Called once it is found possible, before anything is done.</param>
    public async Task ChangeAsync(
        CellId id,
        CellChange change,
        Func<HabitatModel?> habitat,
        Func<ValueTask> accepted,
        CancellationToken cancel
    )
    {
        await gate.WaitAsync(cancel);
        try
        {
            var cell = book.Find(id) ?? throw TakenDown();
            // As the habitat wants it now, not as it was when it was stopped; what can't be started again is not ended.
            var model = change == CellChange.Stop ? null : habitat() ?? throw HabitatKeeper.NothingUp();
            var designs = await plans.DesignAsync(model, cancel);
            CellPlans.Refuse(designs.Faults);
            var design = model is null ? null : designs.Cells.FirstOrDefault(d => d.Id == id) ?? throw TakenDown();
            CellPlans.Refuse(await foresight.AgainstAsync(design is null ? [] : [design], cancel));
            await accepted();
            if (change != CellChange.Start)
            {
                var byPerson = change == CellChange.Stop;
                await steps.InTimeAsync($"stopping cell {cell.Record.Group}", c => runner.StopAsync(cell, byPerson, c));
            }

            if (design is not null)
            {
                await steps.InTimeAsync($"starting cell {cell.Record.Group}", c => runner.StartAsync(design, model!.Name, c));
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Puts in force what changes no cell.</summary>
    /// <param name="read">What is wanted, once it is this change's turn.</param>
    /// <param name="accepted">Called once it is found possible, before anything is done.</param>
    public async Task<Accepted> AcceptAsync(Func<Wish> read, Func<ValueTask> accepted, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            var wish = read();
            await accepted();
            var done = await wish.AcceptAsync(CancellationToken.None);
            foreach (var group in wish.Habitat?.Groups ?? [])
            {
                await KnowAsync(group);
            }

            return done;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Puts in force what can be had here; the cells that it needs are for the next apply.</summary>
    /// <param name="read">What is wanted, once it is this change's turn; null: nothing.</param>
    /// <param name="accepted">Called once it is found possible, before anything is done.</param>
    /// <returns>Null where nothing was wanted.</returns>
    /// <exception cref="CreelException">It can't be had here; nothing was changed.</exception>
    public async Task<Accepted?> TakeAsync(Func<Wish?> read, Func<ValueTask> accepted, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            if (read() is not { } wish)
            {
                return null;
            }

            await plans.DecideAsync(wish, cancel);
            Expect(wish);
            return await TakeAsync(wish, accepted);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// As above, if no cell is started, stopped or restarted for it that would not be without it. Those that run are told what is new.
    /// </summary>
    public async Task<Taken> TakeQuietlyAsync(Func<Wish?> read, Func<ValueTask> accepted, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            if (read() is not { } wish)
            {
                return Taken.Stale;
            }

            var now = await plans.DecideAsync(wish with { Habitat = Current() }, cancel);
            var then = await plans.DecideAsync(wish, cancel);
            var orders = then.Steps.Where(s => s.Kind == StepKind.Update).ToList();
            if (then.Steps.Except(orders).Any(s => !now.Steps.Any(n => (n.Kind, n.Cell) == (s.Kind, s.Cell))))
            {
                return Taken.Touching;
            }

            await TakeAsync(wish, accepted);
            var (_, end) = steps.Start(new Plan(orders), wish.Habitat?.Name ?? "", _ => false);
            return (await end).Ok ? Taken.InForce : Taken.Untold;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Accepted> TakeAsync(Wish wish, Func<ValueTask> accepted)
    {
        await accepted();
        var done = await wish.AcceptAsync(CancellationToken.None);
        if (book.All.Any())
        {
            await runner.AllowAsync(CancellationToken.None);
        }

        return done;
    }

    private void Expect(Wish wish) => Coming.Expect(Agents(wish.Habitat).Where(agent => !doors.Knows(agent)));

    /// <summary>What was put in force beside a plan is no change for the next one.</summary>
    private async Task KnowAsync(AgentGroup group)
    {
        foreach (var cell in book.All.Where(c => c.Record.Group == group.Id))
        {
            await cell.InTurnAsync(
                () =>
                {
                    cell.Design = cell.Design is { } now ? now with { Group = now.Group with { Budgets = group.Budgets } } : null;
                    return Task.CompletedTask;
                },
                CancellationToken.None
            );
        }
    }

    /// <summary>Moves a single cell to another level or driver; nothing else is planned meanwhile.</summary>
    /// <param name="read">What is wanted, once it is this change's turn.</param>
    /// <param name="accepted">Called once it is found possible, before anything is done.</param>
    /// <exception cref="CreelException">It can't be had here, and nothing was changed; or it was taken back.</exception>
    public async Task<MoveEnd> MoveAsync(
        Func<MoveWish> read,
        MoveOrder order,
        Mover mover,
        Func<ValueTask> accepted,
        CancellationToken cancel
    )
    {
        await gate.WaitAsync(cancel);
        try
        {
            var wish = read();
            var cell = book.All.FirstOrDefault(c => c.Record.Group == wish.Group && c.Design is not null) ?? throw TakenDown();
            await fingerprints.DoubtAsync(order.To, cancel);
            var designs = await plans.DesignAsync(wish.Wish.Habitat! with { Groups = [wish.Wanted] }, cancel);
            CellPlans.Refuse([.. designs.Faults, .. designs.Cells.SelectMany(book.Layout.Against)]);
            CellPlans.Refuse(await foresight.AgainstAsync(designs.Cells, cancel));
            order.RefuseUnmeant(cell.Design!);
            return await mover.MoveAsync(cell, designs.Cells[0], wish, order, accepted);
        }
        finally
        {
            gate.Release();
        }
    }

    public static IReadOnlySet<AgentId> Agents(HabitatModel? habitat) => (habitat?.Agents ?? []).Select(a => a.Id).ToHashSet();

    /// <summary>One of its agents is to be deleted. Of a cell that an earlier serve was taking down nothing else is known.</summary>
    private bool IsToBeCleared(CellId cell, HashSet<AgentId> deleted) =>
        deleted.Count > 0 && (book.Find(cell)?.Design is not { } design || design.Agents.Any(a => deleted.Contains(a.Id)));

    private static CreelException TakenDown() =>
        new(Fault.NotFound("cell", "the cell was taken down meanwhile", "See what is up: creel ps."));
}
