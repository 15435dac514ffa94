using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Link;
using Creel.Core.Outbound;

namespace Creel.Core.Isolation;

/// <summary>From what should be and what is to what is to be done. Planning what was just applied gives no steps.</summary>
public static class CellPlanner
{
    /// <param name="gone">Why a cell goes that is not desired.</param>
    public static Plan Plan(
        IReadOnlyList<CellDesign> desired,
        IReadOnlyList<ObservedCell> observed,
        string gone = "the habitat no longer has it"
    )
    {
        var wanted = desired.ToDictionary(d => d.Id);
        var there = observed.ToDictionary(o => o.Id);
        var steps = observed
            .Where(o => !wanted.ContainsKey(o.Id))
            .OrderBy(o => o.Group)
            .Select(o => new Step(StepKind.Remove, o.Id, o.Group, null, gone))
            .ToList();
        foreach (var design in desired.OrderBy(d => d.Group.Id))
        {
            if (Decide(design, there.GetValueOrDefault(design.Id)) is var (kind, why))
            {
                steps.Add(new Step(kind, design.Id, design.Group.Id, design, why));
            }
        }

        // Left as it is: whoever changed it may have meant it.
        var notes = observed.Where(o => o.Drift is not null).OrderBy(o => o.Group).Select(o => $"cell {o.Group}: {o.Drift}");
        return new Plan([.. steps.OrderBy(s => s.Kind)]) { Notes = [.. notes] };
    }

    /// <summary>All that a runtime is told of its agents, as text to compare.</summary>
    public static string Telling(CellDesign design) =>
        string.Join(
            '\n',
            design.Agents.Select(a =>
                $"{a.Id}|{a.Name}|{a.Model}|{a.Brain.Kind}|{string.Join('\u001f', a.Brain.Command)}|{a.Brain.Input}|{a.Brain.Output}"
                + Mind(design, a)
                + $"|{a.Policy.AllowSudo}|{a.Policy.MaxConcurrent}|{a.Policy.MaxOutput}|{a.Policy.Timeout}|{string.Join(',', a.Policy.Types)}"
            )
        );

    /// <summary>Other brains are told nothing of it.</summary>
    private static string Mind(CellDesign design, AgentModel agent) =>
        agent.Brain.Kind == "native"
            ? $"|{JsonSerializer.Serialize(agent.Mind, LinkJson.Default.MindModel)}|{string.Join(',', design.Upstreams.Select(u => $"{u.Name} {u.Dialect}"))}"
            : "";

    private static (StepKind Kind, string Why)? Decide(CellDesign design, ObservedCell? cell)
    {
        if (cell is null)
        {
            return (StepKind.Start, "new");
        }

        if (cell.Stopped)
        {
            return null;
        }

        if (!cell.Running)
        {
            return (StepKind.Start, cell.Reason is null ? "it is not running" : $"it is not running: {cell.Reason}");
        }

        // The proxy is told of these while the cell goes on.
        var outbound = cell.Wanted is { } wanted ? OutboundChanges.Between(wanted, design.Group) : null;
        if (cell.Revision != design.Revision)
        {
            return (StepKind.Restart, Clauses(CellDesign.Difference(cell.Revision, design.Revision), outbound));
        }

        if (cell.SetupFailure is not null && design.SetupMark is not null)
        {
            return (StepKind.Restart, Clauses("its setupCommand has failed", outbound));
        }

        var told = cell.Told == Telling(design) ? null : "its agents' settings changed";
        return told is null && outbound is null ? null : (StepKind.Update, Clauses(told, outbound));
    }

    private static string Clauses(params string?[] clauses) => string.Join(", ", clauses.OfType<string>());
}
