using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>
/// Brings an older <c>habitat.json</c> (schema v1, v2, v3) into Creel's shape, each value at its place. Where the older parser
/// guessed towards less isolation, this tells an error instead; leniently, it takes the old guess and warns.
/// </summary>
internal sealed class LegacyHabitat(Findings findings, HabitatProfile profile)
{
    /// <summary>What an agent without a model got.</summary>
    public const string DefaultModel = "anthropic/claude-opus-4-5";

    private static readonly string[] Levels = ["none", "session", "container", "vm", "droplet"];

    private static readonly string[] Unused =
    [
        "destructMinutes",
        "bgColor",
        "domain",
        "remoteApi",
        "apiBindAddress",
        "hatcheryVersion",
        "globalIdentity",
        "globalBoot",
        "globalBootstrap",
        "globalSoul",
        "globalAgents",
        "globalUser",
        "globalTools",
    ];

    public Json5Object Convert(Json5Object root)
    {
        var top = new Fields(root, findings);
        if (root.Value("name") is null)
        {
            findings.Error(root.At, "'name' is required in this format");
        }

        foreach (var key in Unused.Where(top.Has))
        {
            findings.Warn(root.Find(key)!.KeyAt, "belongs to the machine that this format was made for; Creel does not use it");
        }

        var isolation = root.Value("isolation") ?? Tree.Text(root.At, "none");
        var agents = Agents(root);
        var exposure = new LegacyExposure(profile, root.At, findings);
        var groups = new LegacyGroups(isolation, exposure, findings);
        var channels = new LegacyChannels(top, findings);
        var alone = agents.GroupBy(a => a.GroupId).Where(g => g.Count() == 1).Select(g => g.Key).ToHashSet();
        return Tree.Object(
            root.At,
            ("name", root.Value("name")),
            ("isolation", isolation),
            (
                "agents",
                Tree.Object(
                    root.At,
                    ("defaults", Tree.Object(root.At, ("model", Tree.Text(root.At, DefaultModel)))),
                    ("list", Tree.Array(root.At, agents.Select(a => groups.Entry(a, alone.Contains(a.GroupId)))))
                )
            ),
            ("groups", groups.Groups(agents, root.At)),
            ("sharedPaths", exposure.Shared(root.Value("sharedPaths"))),
            ("channels", channels.Channels(agents)),
            ("bindings", channels.Bindings(agents))
        );
    }

    private List<LegacyAgent> Agents(Json5Object root)
    {
        var agents = new List<LegacyAgent>();
        var byId = new Dictionary<string, LegacyAgent>();
        var byGroup = new Dictionary<string, LegacyAgent>();
        if (root.Find("agents")?.Value is { } value and not Json5Array)
        {
            findings.Error(
                value.At,
                value is Json5Null ? "can't be null: write [] for none" : $"must be an array, got {value.Kind}"
            );
        }

        foreach (var item in (root.Value("agents") as Json5Array)?.Items.Take(AgentRoster.MaxAgents + 1) ?? [])
        {
            if (Agent(item) is not { } agent)
            {
                continue;
            }

            if (!byId.TryAdd(agent.Id, agent))
            {
                var same = byId[agent.Id];
                findings.Error(
                    agent.Name.At,
                    $"the names {Slug.Quote(agent.Name.Value)} and {Slug.Quote(same.Name.Value)} ({same.Name.At}) "
                        + $"both become the id '{agent.Id}': rename one"
                );
                continue;
            }

            byGroup.TryAdd(agent.GroupId, agent);
            var alike = byGroup[agent.GroupId];
            if ((alike.Group is null, GroupText(alike)) != (agent.Group is null, GroupText(agent)))
            {
                findings.Error(
                    agent.Group?.At ?? agent.Name.At,
                    $"the groups {Slug.Quote(GroupText(agent))} and {Slug.Quote(GroupText(alike))} "
                        + $"({alike.Group?.At ?? alike.Name.At}) would become one: "
                        + "write the same isolationGroup on both if that is meant, else rename one"
                );
            }

            agents.Add(agent);
        }

        return agents;
    }

    private static string GroupText(LegacyAgent agent) =>
        agent.Group switch
        {
            Json5String text => text.Value,
            Json5Number number => number.Text,
            _ => agent.Id,
        };

    private LegacyAgent? Agent(Json5Node item)
    {
        var node = item switch
        {
            Json5String shorthand => Tree.Object(item.At, ("agent", shorthand)),
            Json5Object entry => entry,
            _ => null,
        };
        if (node is null)
        {
            findings.Error(item.At, $"must be a name or an object, got {item.Kind}");
            return null;
        }

        if (node.Value("agent") is not Json5String name || string.IsNullOrWhiteSpace(name.Value))
        {
            findings.Error((node.Value("agent") ?? node).At, "an agent needs a name under 'agent'");
            return null;
        }

        if (AgentIds.Normalise(name.Value) is not { } id)
        {
            findings.Error(
                name.At,
                $"{Slug.Quote(name.Value)} has no letter a to z and no digit in it, so it gives no id: rename the agent"
            );
            return null;
        }

        if (node.Value("capabilities") is { } capabilities)
        {
            findings.Warn(
                capabilities.At,
                "has never been applied, and is not now: what an agent's tasks may is said under 'tasks' in Creel's own format"
            );
        }

        var group = Group(node, name);
        return new LegacyAgent(
            id,
            name,
            group,
            group is null ? id : AgentIds.Normalise(GroupWord(group)!)!,
            WithoutUnknownLevel(node)
        );
    }

    private Json5Node? Group(Json5Object node, Json5String name)
    {
        var group = node.Value("isolationGroup");
        if (group is null or Json5String { Value: "" })
        {
            return null;
        }

        if (
            GroupWord(group) is { } word
            && word.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && AgentIds.Normalise(word) is not null
        )
        {
            return group;
        }

        var shown = group is Json5String text ? Slug.Quote(text.Value) : group.Kind;
        var message = $"{shown} is not a group, which is letters, digits and '-'";
        if (findings.Lenient)
        {
            findings.Warn(group.At, $"{message}; {Slug.Quote(name.Value)} gets a group of its own, since --lenient was given");
        }
        else
        {
            findings.Error(group.At, message);
        }

        return null;
    }

    private static string? GroupWord(Json5Node group) => group is Json5String text ? text.Value : (group as Json5Number)?.Text;

    /// <summary>The older parser took an agent's unknown level for none given, so that it inherits.</summary>
    private Json5Object WithoutUnknownLevel(Json5Object node)
    {
        if (!findings.Lenient || node.Value("isolation") is not Json5String level || Levels.Contains(level.Value))
        {
            return node;
        }

        findings.Warn(
            level.At,
            $"{Slug.Quote(level.Value)} is no isolation level; taken as not written, since --lenient was given"
        );
        return node with { Members = [.. node.Members.Where(m => m.Key != "isolation")] };
    }
}
