using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>Who is there: ids and groups, checked against each other.</summary>
internal sealed class AgentRoster(Findings findings)
{
    /// <summary>More agents than any machine holds: somebody generated the file, and something went wrong.</summary>
    public const int MaxAgents = 10_000;

    private readonly List<AgentDraft> drafts = [];
    private readonly Dictionary<AgentId, Json5Place> ids = [];

    /// <param name="agents">The <c>agents</c> object; null where there is none.</param>
    public IReadOnlyList<AgentDraft> Read(Fields? agents, Json5Object root)
    {
        var list = agents?.Array("list");
        var entries = agents?.Object("entries");
        if (list is not null && entries is not null)
        {
            findings.Error(entries.At, $"the agents are in agents.list at {list.At} already: use one of the two");
        }

        if (list?.Items.Count > MaxAgents || entries?.Members.Count > MaxAgents)
        {
            findings.Error((list ?? (Json5Node)entries!).At, $"there are more than {MaxAgents} agents");
            return drafts;
        }

        if (list is null && entries is null && !IsElsewhere(root))
        {
            // An OpenClaw configuration without a roster has one agent.
            Add("main", root.At, new Json5Object(root.At, []));
        }

        foreach (var item in list?.Items ?? [])
        {
            AddEntry(item);
        }

        foreach (var member in entries?.Members ?? [])
        {
            if (member.Value is Json5Object entry)
            {
                Add(member.Key, member.KeyAt, entry);
            }
            else
            {
                findings.Error(member.Value.At, $"must be an object, got {member.Value.Kind}");
            }
        }

        CheckGroups();
        return drafts;
    }

    /// <summary>It names gateways elsewhere, if only by an empty section: all of its agents may be there.</summary>
    public static bool IsElsewhere(Json5Object root) => root.Value("gateways") is Json5Object;

    /// <summary>The one that says so, else the first.</summary>
    public AgentDraft? Default()
    {
        var said = drafts.Where(d => d.Fields.Flag("default") == true).ToList();
        foreach (var second in said.Skip(1))
        {
            findings.Error(
                second.Fields.PlaceOf("default"),
                $"the agent '{said[0].Id}' ({said[0].IdAt}) is the default already: there is one"
            );
        }

        return said.FirstOrDefault() ?? drafts.FirstOrDefault();
    }

    private void AddEntry(Json5Node item)
    {
        switch (item)
        {
            case Json5Object entry when entry.Value("id") is Json5String id:
                Add(id.Value, id.At, entry);
                break;
            case Json5Object entry when entry.Value("id") is { } wrong:
                findings.Error(wrong.At, $"must be a string, got {wrong.Kind}");
                break;
            case Json5Object entry:
                findings.Error(entry.At, "an agent needs an id");
                break;
            case Json5String name:
                findings.Error(name.At, $"must be an object: write {{ id: \"{AgentIds.Normalise(name.Value) ?? "main"}\" }}");
                break;
            default:
                findings.Error(item.At, $"must be an object, got {item.Kind}");
                break;
        }
    }

    private void Add(string text, Json5Place at, Json5Object entry)
    {
        if (!AgentId.TryParse(text, out var id))
        {
            var suggestion = AgentIds.Normalise(text) is { } normal ? $"; write '{normal}'" : "";
            findings.Error(at, $"{Slug.Quote(text)} is not an agent id, which is {AgentId.Rule}{suggestion}");
            id = StandIn();
        }

        if (!ids.TryAdd(id, at))
        {
            findings.Error(at, $"the agent '{id}' is there twice; the first is at {ids[id]}");
            id = StandIn();
            ids.Add(id, at);
        }

        var fields = new Fields(entry, findings);
        var group = GroupId.Parse(id.Value);
        Json5Place? groupAt = null;
        if (fields.Text("isolationGroup") is { } name)
        {
            groupAt = fields.PlaceOf("isolationGroup");
            if (!GroupId.TryParse(name, out group))
            {
                var suggestion = AgentIds.Normalise(name) is { } normal ? $"; write '{normal}'" : "";
                findings.Error(groupAt, $"{Slug.Quote(name)} is not a group id, which is {AgentId.Rule}{suggestion}");
                return;
            }
        }

        drafts.Add(new AgentDraft(id, at, group, groupAt, fields));
    }

    /// <summary>An id that nobody has, so that an entry's other mistakes are told with that of its id.</summary>
    private AgentId StandIn() =>
        Enumerable
            .Range(ids.Count + 1, int.MaxValue / 2)
            .Select(n => AgentId.Parse($"agent-{n}"))
            .First(id => !ids.ContainsKey(id));

    /// <summary>Agents that would share one boundary, or one name in a folder or a unit, though nobody said so.</summary>
    private void CheckGroups()
    {
        var written = drafts.Where(d => d.GroupAt is not null).DistinctBy(d => d.Group).ToDictionary(d => d.Group);
        foreach (var alone in drafts.Where(d => d.GroupAt is null))
        {
            if (written.TryGetValue(alone.Group, out var other))
            {
                findings.Error(
                    other.GroupAt!,
                    $"the group '{other.Group}' has the name of the agent at {alone.IdAt}, which is a group of its own: "
                        + "choose another name, or give that agent this isolationGroup too"
                );
            }
        }

        foreach (var alike in drafts.GroupBy(d => AgentIds.Fold(d.Group.Value)))
        {
            var first = alike.First();
            foreach (var other in alike.Where(d => d.Group != first.Group).DistinctBy(d => d.Group))
            {
                findings.Error(
                    other.GroupAt ?? other.IdAt,
                    $"the groups '{other.Group}' and '{first.Group}' ({first.GroupAt ?? first.IdAt}) are too alike: "
                        + "they differ only in signs, which older names lose; rename one"
                );
            }
        }
    }
}
