using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>
/// What a sandbox sees of the host. <c>workspaceAccess</c> <c>rw</c>: the agent's workspace; <c>none</c>, which is usual: a folder of its own and nothing
/// of the workspace; <c>ro</c>: that, and the workspace at <c>/agent</c>, read-only. And its binds, by the rule of shared paths.
/// </summary>
internal sealed class SandboxMounts(Json5Object? defaults, string? home, HandedOver handed, Findings findings)
{
    /// <summary>Where an agent's own files are that it may only read.</summary>
    public const string Agent = "/agent";

    private static readonly string[] Reserved = [Agent, Isolation.CellPaths.Workspaces];

    public (IReadOnlyList<AgentModel> Agents, IReadOnlyList<AgentGroup> Groups) Apply(
        IReadOnlyList<AgentModel> agents,
        IReadOnlyList<AgentGroup> groups,
        IReadOnlyList<AgentDraft> drafts
    )
    {
        var entries = drafts.ToDictionary(d => d.Id, d => d.Fields.Node);
        var seen = new Dictionary<GroupId, List<SharedPath>>();
        var changed = new List<AgentModel>();
        foreach (var agent in agents)
        {
            var own = entries[agent.Id].Map("sandbox");
            var sandbox = SandboxReader.Read(defaults, own);
            if (sandbox.Mode != "all")
            {
                changed.Add(agent);
                continue;
            }

            var mounts = seen.TryGetValue(agent.Group, out var known) ? known : seen[agent.Group] = [];
            if (sandbox.WorkspaceAccess == "ro" && agent.Workspace is { } files)
            {
                Add(mounts, new SharedPath(files, Writable: false) { At = Agent });
            }

            foreach (var bind in Binds(own, sandbox.Scope == "shared"))
            {
                if (Bind(bind) is { } path)
                {
                    Add(mounts, path);
                }
            }

            changed.Add(sandbox.WorkspaceAccess == "rw" ? agent : agent with { Workspace = null });
        }

        return (
            changed,
            [.. groups.Select(g => seen.TryGetValue(g.Id, out var mounts) && mounts.Count > 0 ? g with { Shared = mounts } : g)]
        );
    }

    private static void Add(List<SharedPath> mounts, SharedPath path)
    {
        if (!mounts.Contains(path))
        {
            mounts.Add(path);
        }
    }

    /// <summary>Those of all first. Where the sandbox is shared, an agent's own don't count, as in OpenClaw.</summary>
    private IEnumerable<Json5String> Binds(Json5Object? own, bool shared)
    {
        var all = (defaults.Map("docker")?.Value("binds") as Json5Array)?.Items ?? [];
        var more = shared ? [] : (own.Map("docker")?.Value("binds") as Json5Array)?.Items ?? [];
        return all.Concat(more).OfType<Json5String>();
    }

    private SharedPath? Bind(Json5String text)
    {
        var parts = text.Value.Split(':');
        var (source, target) = (parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : "");
        var mode = parts.Length > 2 ? parts[2] : "rw";
        var wrong =
            parts.Length is < 2 or > 3 || mode is not ("ro" or "rw")
                ? "is no bind: write /host/path:/path/in/it, and :ro where it is only read"
            : PathRule.Objection(source, home) is { } objection ? $"{Slug.Quote(source)}: {objection}"
            : !target.StartsWith('/') || PathRule.Normalise(target) != target ? "needs a plain absolute path after the ':'"
            : Reserved.Any(r => PathRule.Within(target, r) || PathRule.Within(r, target))
                ? $"would lie over {target}, which is the agent's own"
            : null;
        if (wrong is not null)
        {
            findings.Error(text.At, wrong);
            return null;
        }

        var path = new SharedPath(source, mode == "rw") { At = target == source ? null : target };
        handed.Shared(path, text.At);
        return path;
    }
}
