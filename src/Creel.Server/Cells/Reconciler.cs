using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Server.Hub;

namespace Creel.Server.Cells;

/// <summary>Brings what is to what should be: one plan at a time, each step by itself, again and again until it fits.</summary>
internal sealed class Reconciler(
    CellsConfig config,
    CellRunner runner,
    Fingerprints fingerprints,
    ICellStore store,
    CellDoors doors
)
{
    /// <summary>Shut until what an earlier serve left is known: before that, no plan is right.</summary>
    private readonly SemaphoreSlim gate = new(0, 1);

    /// <summary>What would be done, without doing it.</summary>
    public async Task<(Plan Plan, CellDesigns Designs)> PlanAsync(HabitatModel? habitat, CancellationToken cancel)
    {
        var designs = habitat is null
            ? new CellDesigns([], [])
            : CellDesigner.Design(habitat, config.Instance, await fingerprints.AllAsync(cancel));
        return (CellPlanner.Plan(designs.Cells, [.. runner.Cells.Values.Select(c => c.Observe())]), designs);
    }

    /// <summary>Finds again what an earlier serve left running. Call once, before any plan.</summary>
    public async Task AdoptAsync(HabitatModel? habitat, CancellationToken cancel)
    {
        var designs = habitat is null
            ? []
            : CellDesigner.Design(habitat, config.Instance, await fingerprints.AllAsync(cancel)).Cells.ToDictionary(d => d.Id);
        foreach (var record in await store.ListAsync(cancel))
        {
            await runner.AdoptAsync(record, designs.GetValueOrDefault(record.Id), habitat?.Name ?? "", cancel);
        }

        gate.Release();
    }

    /// <summary>Plans and applies. Steps that fail don't hold up the others; applying again takes up what is left.</summary>
    /// <param name="accepted">Called once the plan is found possible, before the first step: the place to write down what is desired.</param>
    /// <exception cref="CreelException">What is asked for can't be had here; nothing was changed.</exception>
    public async IAsyncEnumerable<ApplyEvent> ApplyAsync(
        HabitatModel? habitat,
        bool deleteWorkspaces,
        Action accepted,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await gate.WaitAsync(cancel);
        try
        {
            var clock = Stopwatch.StartNew();
            var (plan, designs) = await PlanAsync(habitat, cancel);
            Refuse(designs.Faults);
            accepted();
            yield return new ApplyEvent.Planned(plan);
            var events = Channel.CreateUnbounded<ApplyEvent>();
            var failed = new ConcurrentBag<int>();
            var kept = habitat?.Agents.Select(a => a.Id).ToHashSet() ?? [];
            // Once begun, a plan is carried through: a client that goes away does not leave it half done.
            var work = RunAsync(plan, habitat?.Name ?? "", kept, deleteWorkspaces, events.Writer, failed);
            await foreach (var happened in events.Reader.ReadAllAsync(CancellationToken.None))
            {
                yield return happened;
            }

            await work;
            yield return new ApplyEvent.Done(failed.IsEmpty, clock.Elapsed);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Stops or starts a single cell, for a person.</summary>
    public async Task SetRunningAsync(CellId id, bool running, HabitatModel? habitat, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            if (!runner.Cells.TryGetValue(id, out var cell))
            {
                throw new CreelException(
                    Fault.NotFound("cell", "the cell was taken down meanwhile", "See what is up: creel ps.")
                );
            }

            if (running && !cell.Running && habitat is not null)
            {
                // As the habitat wants it now, not as it was when it was stopped.
                var designs = CellDesigner.Design(habitat, config.Instance, await fingerprints.AllAsync(cancel));
                Refuse(designs.Faults);
                await runner.StartAsync(designs.Cells.First(d => d.Id == id), habitat.Name, cancel);
            }
            else if (!running)
            {
                await runner.StopAsync(id, byPerson: true, cancel);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task RunAsync(
        Plan plan,
        string habitat,
        IReadOnlySet<AgentId> kept,
        bool deleteWorkspaces,
        ChannelWriter<ApplyEvent> events,
        ConcurrentBag<int> failed
    )
    {
        try
        {
            var indexed = plan.Steps.Select((step, index) => (step, index)).ToList();
            // What goes, goes first: its agents and its uid may be wanted by what comes.
            foreach (var phase in indexed.GroupBy(s => s.step.Kind == StepKind.Remove).OrderByDescending(g => g.Key))
            {
                await Parallel.ForEachAsync(
                    phase,
                    new ParallelOptions { MaxDegreeOfParallelism = config.Parallel },
                    async (item, _) => await StepAsync(item.step, item.index)
                );
            }
        }
        finally
        {
            events.Complete();
        }

        async Task StepAsync(Step step, int index)
        {
            var clock = Stopwatch.StartNew();
            await events.WriteAsync(new ApplyEvent.StepRunning(index));
            try
            {
                await DoAsync(step, habitat, kept, deleteWorkspaces);
                await events.WriteAsync(new ApplyEvent.StepDone(index, clock.Elapsed));
                if (step.Kind is StepKind.Start or StepKind.Restart)
                {
                    await ConnectedAsync(step);
                    await events.WriteAsync(new ApplyEvent.Connected(index, step.Cell, step.Group, clock.Elapsed));
                }
            }
            catch (Exception e)
            {
                failed.Add(index);
                var fault = (e as CreelException)?.Fault ?? new Fault(FaultKind.Internal, "step-failed", e.Message);
                if (runner.Cells.TryGetValue(step.Cell, out var cell))
                {
                    cell.Reason = fault.Message;
                }

                await events.WriteAsync(new ApplyEvent.StepFailed(index, fault, clock.Elapsed));
            }
        }
    }

    private async Task DoAsync(Step step, string habitat, IReadOnlySet<AgentId> kept, bool deleteWorkspaces)
    {
        switch (step.Kind)
        {
            case StepKind.Remove:
                await runner.RemoveAsync(step.Cell, kept, deleteWorkspaces, CancellationToken.None);
                break;
            case StepKind.Restart:
                await runner.StopAsync(step.Cell, byPerson: false, CancellationToken.None);
                await runner.StartAsync(step.Design!, habitat, CancellationToken.None);
                break;
            case StepKind.Start:
                await runner.StartAsync(step.Design!, habitat, CancellationToken.None);
                break;
            case StepKind.Update:
                await runner.UpdateAsync(step.Design!, CancellationToken.None);
                break;
        }
    }

    private async Task ConnectedAsync(Step step)
    {
        using var patience = new CancellationTokenSource(config.ConnectPatience);
        try
        {
            if (await doors.WaitConnectedAsync(step.Cell, patience.Token))
            {
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what is known.
        }

        var why = runner.Cells.TryGetValue(step.Cell, out var cell) ? cell.Reason : null;
        throw new CreelException(
            new Fault(
                FaultKind.ApplyFailed,
                "runtime-silent",
                $"cell {step.Group} started, but its runtime did not connect within {config.ConnectPatience.TotalSeconds:0} s{(why is null ? "" : $" ({why})")}",
                $"Look at its log: {runner.Layout.Log(step.Cell)}"
            )
        );
    }

    /// <summary>Throws what stands against a design, all of it.</summary>
    public static void Refuse(IReadOnlyList<Fault> faults)
    {
        if (faults is [var only])
        {
            throw new CreelException(only);
        }

        if (faults.Count > 1)
        {
            throw new CreelException(
                faults[0] with
                {
                    Message = string.Join("\n", faults.Select(f => f.Message)),
                    Remedy = string.Join("\n", faults.Select(f => f.Remedy).Distinct()),
                }
            );
        }
    }
}
