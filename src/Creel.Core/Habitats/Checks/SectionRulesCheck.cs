using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Checks;

/// <summary>What no shape can say: rules between values, each told at its place.</summary>
internal sealed class SectionRulesCheck(Findings findings)
{
    /// <param name="home">What <c>~</c> stands for; null: there is none.</param>
    public void Check(Json5Object root, IReadOnlyList<AgentModel> agents, string? stateFolder, string? home)
    {
        LegacyKeys(root);
        foreach (var section in new[] { "tools", "agents", "channels" })
        {
            ToolLists(root.Value(section));
        }

        var (defaults, entries) = Agents(root);
        var heartbeats = new HeartbeatCheck(findings);
        var sandboxes = new SandboxCheck(findings);
        heartbeats.Check(defaults?.Value("heartbeat"));
        sandboxes.Check(defaults?.Value("sandbox"));
        foreach (var entry in entries)
        {
            heartbeats.Check(entry.Value("heartbeat"));
            sandboxes.Check(entry.Value("sandbox"));
            AvatarCheck.Check(entry, findings);
        }

        new AgentFolderCheck(stateFolder, home, findings).Check(root, agents);
        new SenderToolsCheck(findings).Check(root, agents);
        new AccessCheck(findings).Check(root.Value("channels") as Json5Object);
        if (entries.Any())
        {
            Broadcast(root.Value("broadcast") as Json5Object, agents);
        }
    }

    private static (Json5Object? Defaults, IEnumerable<Json5Object> Entries) Agents(Json5Object root)
    {
        var agents = root.Value("agents") as Json5Object;
        var list = (agents?.Value("list") as Json5Array)?.Items ?? [];
        var entries = ((agents?.Value("entries") as Json5Object)?.Members ?? []).Select(m => m.Value);
        return (agents?.Value("defaults") as Json5Object, list.Concat(entries).OfType<Json5Object>());
    }

    private void LegacyKeys(Json5Object root)
    {
        if (root.Value("gateway") is Json5Object gateway && gateway.Find("token") is { } token)
        {
            findings.Issue(token.KeyAt, "legacy_key", "is not read: write gateway.auth.token");
        }
    }

    private void ToolLists(Json5Node? node)
    {
        switch (node)
        {
            case Json5Array list:
                foreach (var item in list.Items)
                {
                    ToolLists(item);
                }

                break;
            case Json5Object map:
                if (
                    map.Value("allow") is Json5Array { Items.Count: > 0 }
                    && map.Value("alsoAllow") is Json5Array { Items.Count: > 0 } also
                )
                {
                    findings.Issue(
                        also.At,
                        "allow_and_also_allow_conflict",
                        "allow and alsoAllow can't both stand here: put all in allow, or take a profile and alsoAllow",
                        of: map.At
                    );
                }

                foreach (var member in map.Members)
                {
                    ToolLists(member.Value);
                }

                break;
        }
    }

    private void Broadcast(Json5Object? broadcast, IReadOnlyList<AgentModel> agents)
    {
        var ids = agents.Select(a => a.Id.Value).ToHashSet();
        foreach (var member in (broadcast?.Members ?? []).Where(m => m.Key != "strategy"))
        {
            foreach (var name in ((member.Value as Json5Array)?.Items ?? []).OfType<Json5String>())
            {
                if (!ids.Contains(name.Value))
                {
                    findings.Issue(
                        name.At,
                        "unknown_agent",
                        $"{Slug.Quote(name.Value)} is no agent here{Spelling.Hint(name.Value, ids)}"
                    );
                }
            }
        }
    }
}
