using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

internal sealed record GroupView(
    string Id,
    string Level,
    string? Driver,
    string Network,
    IReadOnlyList<string> Agents,
    LimitsView Limits,
    IReadOnlyList<string> Models
);

/// <param name="Upstreams">Their names.</param>
internal sealed record HabitatView(
    string Name,
    string File,
    string? Revision,
    IReadOnlyList<AgentView> Agents,
    IReadOnlyList<GroupView> Groups,
    IReadOnlyList<string> Upstreams
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
                    a.Workspace,
                    a.Number
                )),
            ],
            [
                .. habitat.Groups.Select(g => new GroupView(
                    g.Id.Value,
                    StepView.Word(g.Level),
                    g.Driver,
                    StepView.Word(g.Network),
                    [.. g.Agents.Select(a => a.Value)],
                    LimitsView.From(g.Limits),
                    g.Models
                )),
            ],
            [.. habitat.Upstreams.Select(u => u.Name)]
        );
}

internal sealed record AgentView(
    string Id,
    string Name,
    string Group,
    bool Default,
    string? Model,
    string Brain,
    string? Workspace,
    int? Number
);

/// <param name="Memory">Bytes.</param>
/// <param name="Cpu">Cores.</param>
internal sealed record LimitsView(double? Memory, double? Cpu, double? Pids)
{
    public static LimitsView From(ResourceLimits limits) => new(limits.Memory?.Value, limits.Cpu?.Value, limits.Pids?.Value);
}
