using Creel.Core.Habitats.Json5;
using Creel.Core.Isolation;

namespace Creel.Core.Habitats;

/// <summary>
/// What a cell needs whose agents think with an OpenClaw: one of it for the whole group, a loopback of its own, a way to a
/// model, and more memory than other cells.
/// </summary>
/// <param name="groups">As written.</param>
/// <param name="defaults">As written.</param>
internal sealed class OpenClawReader(Json5Object? groups, Fields? defaults, string? home, HandedOver handed, Findings findings)
{
    private const double Megabyte = 1024 * 1024;

    /// <summary>Measured with 2026.9: with 640 MiB the kernel ends it, some seconds after it said that it was ready.</summary>
    public const double LeastMemory = 768 * Megabyte;

    private static readonly Limit UsualMemory = new(1024 * Megabyte, false);
    private static readonly Limit UsualPids = new(512, false);

    /// <summary>It starts in half a minute with two, and in a whole one with one.</summary>
    private static readonly Limit UsualCpu = new(2, false);

    /// <returns>The groups, with the limits that such a cell has where nobody wrote any.</returns>
    public IReadOnlyList<AgentGroup> Read(
        IReadOnlyList<AgentGroup> all,
        IReadOnlyList<AgentModel> agents,
        IReadOnlyList<AgentDraft> drafts
    )
    {
        var places = drafts.ToDictionary(d => d.Id);
        return
        [
            .. all.Select(group =>
            {
                var members = agents
                    .Where(a => a.Group == group.Id && a.Brain.Kind == "openclaw")
                    .Select(a => (Agent: a, Draft: places[a.Id]))
                    .ToList();
                return members.Count == 0 ? group : Read(group, members);
            }),
        ];
    }

    private AgentGroup Read(AgentGroup group, List<(AgentModel Agent, AgentDraft Draft)> members)
    {
        var (first, draft) = members[0];
        foreach (var (agent, other) in members)
        {
            CheckPath(agent, other);
            if (agent.Brain.Path != first.Brain.Path)
            {
                findings.Error(
                    PathOf(other),
                    $"the agents of the group '{group.Id}' share one OpenClaw, and '{first.Id}' ({PathOf(draft)}) names another path"
                );
            }
        }

        if (group.Level == IsolationLevel.None || group.Network == NetworkMode.Host)
        {
            findings.Error(
                BrainOf(draft),
                "a brain of kind 'openclaw' listens on its cell's own loopback, and this cell shares the host's: "
                    + "say isolation 'session' or 'container', and network 'proxy'"
            );
        }

        if (group.Network == NetworkMode.None)
        {
            findings.Error(
                BrainOf(draft),
                "a brain of kind 'openclaw' asks its model through the proxy, and network 'none' has no proxy: say network 'proxy'"
            );
        }

        if (group.Limits.Memory is { Written: true, Value: < LeastMemory } memory)
        {
            findings.Error(
                MemoryOf(group.Id, draft),
                $"{LimitText.Size(memory.Value)} is too little for a brain of kind 'openclaw', which uses up to 800m: "
                    + "768m is the least, 1g the default"
            );
        }

        var limits = group.Limits;
        return group with
        {
            Limits = limits with
            {
                Memory = limits.Memory is { Written: true } ? limits.Memory : UsualMemory,
                Cpu = limits.Cpu is { Written: true } ? limits.Cpu : UsualCpu,
                Pids = limits.Pids is { Written: true } ? limits.Pids : UsualPids,
            },
        };
    }

    private void CheckPath(AgentModel agent, AgentDraft draft)
    {
        if (agent.Brain.Path is not { } path)
        {
            return;
        }

        if (PathRule.Objection(path, home) is { } objection)
        {
            findings.Error(PathOf(draft), $"{Slug.Quote(path)}: {objection}");
        }

        handed.OpenClaw(path, PathOf(draft));
    }

    private Json5Node? Written(AgentDraft draft) => draft.Fields.Any("brain") ?? defaults?.Any("brain");

    private Json5Place BrainOf(AgentDraft draft) => Written(draft)?.At ?? draft.IdAt;

    private Json5Place PathOf(AgentDraft draft) => (Written(draft) as Json5Object)?.Value("path")?.At ?? BrainOf(draft);

    private Json5Place MemoryOf(GroupId group, AgentDraft draft) =>
        Memory(draft.Fields.Node) ?? Memory(groups?.Value(group.Value)) ?? Memory(defaults?.Node) ?? draft.IdAt;

    private static Json5Place? Memory(Json5Node? holder) =>
        ((holder as Json5Object)?.Value("resources") as Json5Object)?.Value("memory")?.At;
}
