using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Hub;

namespace Creel.Server.Cells;

/// <summary>Carries out the steps of a plan, some at a time, each within its deadline, and tells how each goes.</summary>
internal sealed class Steps(CellsConfig config, CellBook book, CellRunner runner, CellDoors doors)
{
    /// <summary>Once begun, a plan is carried through: a client that goes away does not leave it half done.</summary>
    /// <param name="clear">What this cell, when it is removed, kept for itself is deleted.</param>
    public (ChannelReader<ApplyEvent> Events, Task<StepsEnd> End) Start(Plan plan, string habitat, Func<CellId, bool> clear)
    {
        var events = Channel.CreateUnbounded<ApplyEvent>();
        return (events.Reader, RunAsync(plan, habitat, clear, events.Writer));
    }

    /// <exception cref="CreelException">It did not end in time. What it may have begun, the next plan sees and ends.</exception>
    public async Task InTimeAsync(string what, Func<CancellationToken, Task> work)
    {
        using var deadline = new CancellationTokenSource(config.StepDeadline);
        try
        {
            // Asked to end, it has a moment to clear away; a driver that does not listen holds nobody up.
            await work(deadline.Token).WaitAsync(config.StepDeadline + config.StopGrace);
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && deadline.IsCancellationRequested))
        {
            throw new CreelException(
                new Fault(
                    FaultKind.ApplyFailed,
                    "step-slow",
                    $"{what} did not end within {config.StepDeadline.TotalSeconds:0} s",
                    "Do the same again; if that does not help, look at the machine's load and disks."
                ),
                e
            );
        }
    }

    /// <exception cref="CreelException">The runtime did not connect in time.</exception>
    public async Task ConnectedAsync(CellId cell, GroupId group)
    {
        using var patience = new CancellationTokenSource(config.ConnectPatience);
        try
        {
            if (await doors.WaitConnectedAsync(cell, patience.Token))
            {
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what is known.
        }

        var why = book.Find(cell)?.Reason is { } reason ? $" ({reason})" : "";
        throw new CreelException(
            new Fault(
                FaultKind.ApplyFailed,
                "runtime-silent",
                $"cell {group} started, but its runtime did not connect within {config.ConnectPatience.TotalSeconds:0} s{why}",
                $"Look at its log: {book.Layout.Log(cell)}"
            )
        );
    }

    /// <summary>What was begun with a cell failed: the audit has it, and the cell its reason.</summary>
    public async Task NoteAsync(CellId id, string what, Fault fault)
    {
        if (book.Find(id) is { } cell)
        {
            try
            {
                // A step that hangs still has its turn: then what the asker is told has to do.
                await runner.FailAsync(cell, $"cell.{what}", fault).WaitAsync(config.StopGrace);
            }
            catch (Exception e) when (e is TimeoutException or CreelException)
            {
                // Told already.
            }
        }
    }

    private async Task<StepsEnd> RunAsync(Plan plan, string habitat, Func<CellId, bool> clear, ChannelWriter<ApplyEvent> events)
    {
        var failed = new ConcurrentBag<(Step Step, bool Done)>();
        try
        {
            var indexed = plan.Steps.Select((step, index) => (step, index)).ToList();
            // What goes, goes first: its agents and its uid may be wanted by what comes.
            foreach (var phase in indexed.GroupBy(s => s.step.Kind == StepKind.Remove).OrderByDescending(g => g.Key))
            {
                await Parallel.ForEachAsync(
                    phase,
                    new ParallelOptions { MaxDegreeOfParallelism = config.Parallel },
                    async (item, _) => await StepAsync(item.step, item.index, habitat, clear, events, failed)
                );
            }
        }
        finally
        {
            events.Complete();
        }

        var still = failed.Any(f => !f.Done && f.Step.Kind is StepKind.Remove or StepKind.Restart);
        return new StepsEnd(failed.IsEmpty, !still);
    }

    private async Task StepAsync(
        Step step,
        int index,
        string habitat,
        Func<CellId, bool> clear,
        ChannelWriter<ApplyEvent> events,
        ConcurrentBag<(Step Step, bool Done)> failed
    )
    {
        var clock = Stopwatch.StartNew();
        var done = false;
        await events.WriteAsync(new ApplyEvent.StepRunning(index));
        try
        {
            await InTimeAsync($"the step {Word(step)} of cell {step.Group}", cancel => DoAsync(step, habitat, clear, cancel));
            done = true;
            await events.WriteAsync(new ApplyEvent.StepDone(index, clock.Elapsed));
            if (step.Kind == StepKind.Remove)
            {
                var state = book.Layout.State(step.Cell);
                await events.WriteAsync(new ApplyEvent.CellState(step.Cell, step.Group, state, clear(step.Cell)));
            }

            if (step.Kind is StepKind.Start or StepKind.Restart)
            {
                await ConnectedAsync(step.Cell, step.Group);
                await events.WriteAsync(new ApplyEvent.Connected(index, step.Cell, step.Group, clock.Elapsed));
            }
        }
        catch (Exception e)
        {
            failed.Add((step, done));
            var fault = (e as CreelException)?.Fault ?? new Fault(FaultKind.Internal, "step-failed", e.Message);
            await events.WriteAsync(new ApplyEvent.StepFailed(index, fault, clock.Elapsed));
            await NoteAsync(step.Cell, Word(step), fault);
        }
    }

    private async Task DoAsync(Step step, string habitat, Func<CellId, bool> clear, CancellationToken cancel)
    {
        var cell = book.Find(step.Cell);
        switch (step.Kind)
        {
            case StepKind.Remove:
                await runner.RemoveAsync(cell!, clear(step.Cell), cancel);
                break;
            case StepKind.Restart:
                await runner.StopAsync(cell!, byPerson: false, cancel);
                await runner.StartAsync(step.Design!, habitat, cancel);
                break;
            case StepKind.Start:
                await runner.StartAsync(step.Design!, habitat, cancel);
                break;
            case StepKind.Update:
                await runner.UpdateAsync(step.Design!, cancel);
                break;
        }
    }

    private static string Word(Step step) => StepView.Word(step.Kind);
}

/// <param name="Ok">Every step was done, and every runtime has connected.</param>
/// <param name="Ended">Every cell that was to end has ended.</param>
internal sealed record StepsEnd(bool Ok, bool Ended);
