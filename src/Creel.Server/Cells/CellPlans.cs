using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Server.Hub;

namespace Creel.Server.Cells;

/// <summary>What a wish comes to on this machine: cells, and the steps to them.</summary>
internal sealed class CellPlans(
    CellsConfig config,
    CellBook book,
    Fingerprints fingerprints,
    Foresight foresight,
    CellDrifts drifts,
    CellDoors doors
)
{
    /// <exception cref="CreelException">It can't be had here.</exception>
    public async Task<Plan> DecideAsync(Wish wish, CancellationToken cancel)
    {
        var designs = await DesignAsync(wish.Habitat, cancel);
        Refuse([.. designs.Faults, .. designs.Cells.SelectMany(book.Layout.Against)]);
        await drifts.LookAsync(cancel);
        var plan = CellPlanner.Plan(designs.Cells, [.. book.All.Select(Observe)], wish.Gone);
        var starting = plan.Steps.Where(s => s.Kind is StepKind.Start or StepKind.Restart).Select(s => s.Design!);
        Refuse(await foresight.AgainstAsync(starting, cancel));
        return plan with { Notes = [.. plan.Notes, .. wish.Notes] };
    }

    /// <summary>Each cell by itself; one that can't be had is neither brought up nor taken down.</summary>
    public async Task<(Plan Plan, IReadOnlyList<Fault> LeftOut)> DecidePartlyAsync(Wish wish, CancellationToken cancel)
    {
        var designs = new List<CellDesign>();
        var faults = new List<Fault>();
        var open = new HashSet<GroupId>();
        foreach (var group in wish.Habitat?.Groups ?? [])
        {
            var one = await DesignAsync(wish.Habitat! with { Groups = [group] }, cancel);
            List<Fault> against = [.. one.Faults, .. one.Cells.SelectMany(book.Layout.Against)];
            if (against.Count == 0)
            {
                designs.AddRange(one.Cells);
            }
            else
            {
                faults.AddRange(against);
                open.Add(group.Id);
            }
        }

        await drifts.LookAsync(cancel);
        var observed = book.All.Select(Observe).Where(o => !open.Contains(o.Group)).ToList();
        return (CellPlanner.Plan(designs, observed, wish.Gone), faults);
    }

    private ObservedCell Observe(Cell cell) =>
        cell.Observe() with
        {
            SetupFailure = doors.Presence(cell.Record.Id)?.SetupFailure,
        };

    public async Task<CellDesigns> DesignAsync(HabitatModel? habitat, CancellationToken cancel) =>
        habitat is null
            ? new CellDesigns([], [])
            : CellDesigner.Design(habitat, config.Instance, await fingerprints.ForAsync(habitat.Groups, cancel));

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
