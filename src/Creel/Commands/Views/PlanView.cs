using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Terminal;

namespace Creel.Commands.Views;

/// <summary>What the reconciler would do.</summary>
/// <param name="Notes">Those of the steps, and what is said of cells that need none.</param>
internal sealed record PlanView(
    IReadOnlyList<StepView>? Steps,
    IReadOnlyList<Problem>? Problems,
    IReadOnlyList<string>? Notes = null
)
{
    public TextTable Table()
    {
        var table = new TextTable("ACTION", "GROUP", "AGENTS", "DRIVER", "LEVEL", "NETWORK", "LIMITS", "WHY");
        foreach (var step in Steps ?? [])
        {
            var agents = string.Join(", ", step.Agents ?? []);
            table.Add(
                step.Kind,
                step.Group ?? step.Cell,
                agents,
                step.Driver,
                step.Level,
                step.Network,
                LimitWords.Of(step.Limits, step.Enforced),
                step.Why
            );
        }

        return table;
    }
}

/// <summary>One step of a plan.</summary>
/// <param name="Kind"><c>start</c>, <c>stop</c>, <c>restart</c>, <c>update</c> or <c>remove</c>.</param>
/// <param name="Enforced">Which of the limits hold.</param>
internal sealed record StepView(
    string? Kind,
    string? Cell,
    string? Group,
    IReadOnlyList<string>? Agents,
    string? Driver,
    string? Level,
    string? Network,
    JsonElement? Limits,
    EnforcedLimits? Enforced,
    string? Why,
    IReadOnlyList<string>? Notes,
    IReadOnlyList<HandedView>? Handed = null
)
{
    /// <summary>What of the host a cell gets that is started, a sentence each.</summary>
    public IReadOnlyList<string> Gets =>
        Kind is "start" or "restart"
            ? [.. (Handed ?? []).Select(h => $"from this host: {h.Path}, {(h.Mode == "rw" ? "to write" : "to read")} ({h.Use})")]
            : [];
}

/// <param name="Mode"><c>ro</c> or <c>rw</c>.</param>
internal sealed record HandedView(string? Path, string? Mode, string? Use);
