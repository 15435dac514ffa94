using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

// What the API shows of cells and habitats: camel case, enums as words, times in milliseconds since 1970.

/// <param name="State"><c>running</c>, <c>starting</c> (its runtime has not connected yet), <c>stopped</c> or <c>failed</c>.</param>
internal sealed record CellView(
    string Id,
    string Group,
    IReadOnlyList<string> Agents,
    string Level,
    string Driver,
    string Network,
    string State,
    bool Connected,
    long? Since,
    int Restarts,
    string? Reason,
    JsonElement? Health,
    IReadOnlyList<string> Notes,
    IReadOnlyDictionary<string, long> Tasks
);

internal sealed record StepView(
    string Kind,
    string Cell,
    string Group,
    IReadOnlyList<string> Agents,
    string? Driver,
    string? Level,
    string? Network,
    LimitsView? Limits,
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
            step.Why,
            step.Design?.Notes ?? []
        );

    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <param name="Memory">Bytes.</param>
/// <param name="Cpu">Cores.</param>
internal sealed record LimitsView(double? Memory, double? Cpu, double? Pids)
{
    public static LimitsView From(ResourceLimits limits) => new(limits.Memory?.Value, limits.Cpu?.Value, limits.Pids?.Value);
}

internal sealed record PlanView(IReadOnlyList<StepView> Steps, IReadOnlyList<string> Notes, IReadOnlyList<ProblemView> Problems)
{
    public static PlanView From(Plan plan, IReadOnlyList<Problem> problems) =>
        new(
            [.. plan.Steps.Select(StepView.From)],
            [.. plan.Steps.SelectMany(s => s.Design?.Notes ?? []).Distinct()],
            [.. problems.Select(ProblemView.From)]
        );
}

internal sealed record ProblemView(string Severity, string File, int Line, int Column, string Path, string Message)
{
    public static ProblemView From(Problem problem) =>
        new(StepView.Word(problem.Severity), problem.File, problem.Line, problem.Column, problem.Path, problem.Message);
}

internal sealed record AgentView(
    string Id,
    string Name,
    string Group,
    bool Default,
    string? Model,
    string Brain,
    string? Workspace
);

internal sealed record GroupView(
    string Id,
    string Level,
    string? Driver,
    string Network,
    IReadOnlyList<string> Agents,
    LimitsView Limits
);

internal sealed record HabitatView(
    string Name,
    string File,
    string? Revision,
    IReadOnlyList<AgentView> Agents,
    IReadOnlyList<GroupView> Groups
)
{
    public static HabitatView From(HabitatModel habitat, string file, string? revision) =>
        new(
            habitat.Name,
            file,
            revision,
            [
                .. habitat.Agents.Select(a => new AgentView(
                    a.Id.Value,
                    a.Name,
                    a.Group.Value,
                    a.Default,
                    a.Model,
                    a.Brain.Kind,
                    a.Workspace
                )),
            ],
            [
                .. habitat.Groups.Select(g => new GroupView(
                    g.Id.Value,
                    StepView.Word(g.Level),
                    g.Driver,
                    StepView.Word(g.Network),
                    [.. g.Agents.Select(a => a.Value)],
                    LimitsView.From(g.Limits)
                )),
            ]
        );
}

internal sealed record DriverView(
    string Driver,
    string Level,
    bool Works,
    string Sentence,
    string? Remedy,
    IReadOnlyList<string> Networks,
    EnforcedLimits Limits,
    bool OwnUser,
    bool ProvenIdentity,
    IReadOnlyList<string> Notes
)
{
    public static DriverView From(DriverFingerprint f) =>
        new(
            f.Driver,
            StepView.Word(f.Level),
            f.Works,
            f.Sentence,
            f.Remedy,
            [.. f.Networks.Select(StepView.Word)],
            f.Limits,
            f.OwnUser,
            f.ProvenIdentity,
            f.Notes
        );
}

internal sealed record CellsView(IReadOnlyList<CellView> Cells);

internal sealed record DriversView(IReadOnlyList<DriverView> Drivers);

/// <param name="ConnectedMs">From the request until the runtime had connected; null after a stop.</param>
internal sealed record CellChangeView(CellView Cell, double? ConnectedMs);

internal sealed record WrongHabitatView(string Error, string Code, IReadOnlyList<ProblemView> Problems);
