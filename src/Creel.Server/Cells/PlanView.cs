using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

internal sealed record PlanView(IReadOnlyList<StepView> Steps, IReadOnlyList<string> Notes, IReadOnlyList<ProblemView> Problems)
{
    public static PlanView From(Plan plan, IReadOnlyList<Problem> problems, IReadOnlyList<string> taken) =>
        new(
            [.. plan.Steps.Select(StepView.From)],
            [
                .. taken.Count == 0 ? [] : new[] { Words(taken) },
                .. plan.Notes,
                .. plan.Steps.SelectMany(s => s.Design?.Notes ?? []).Distinct(),
            ],
            [.. problems.Select(ProblemView.From)]
        );

    private static string Words(IReadOnlyList<string> taken) =>
        $"taken from the environment of creel serve: {string.Join(", ", taken)}";
}

internal sealed record StepView(
    string Kind,
    string Cell,
    string Group,
    IReadOnlyList<string> Agents,
    string? Driver,
    string? Level,
    string? Network,
    LimitsView? Limits,
    EnforcedLimits? Enforced,
    IReadOnlyList<HandedView> Handed,
    string Why,
    IReadOnlyList<string> Notes
)
{
    public static StepView From(Step step) =>
        new(
            Word(step.Kind),
            step.Cell.Value,
            step.Group.Value,
            [.. step.Design?.Agents.Select(a => a.Id.Value) ?? []],
            step.Design?.Driver,
            step.Design is null ? null : Word(step.Design.Group.Level),
            step.Design is null ? null : Word(step.Design.Network),
            step.Design is null ? null : LimitsView.From(step.Design.Group.Limits),
            step.Design?.Enforced,
            [.. step.Design?.Handed.Select(h => new HandedView(h.Path, h.Writable ? "rw" : "ro", h.Use)) ?? []],
            step.Why,
            step.Design?.Notes ?? []
        );

    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <param name="Mode"><c>ro</c> or <c>rw</c>.</param>
internal sealed record HandedView(string Path, string Mode, string Use);
