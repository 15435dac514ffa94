using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>
/// Older habitats wrote on each agent what belongs to its group; this lifts it there, and tells where members disagree.
/// </summary>
/// <param name="isolation">The habitat's default level.</param>
/// <param name="exposure">What becomes of the networks.</param>
internal sealed class LegacyGroups(Json5Node isolation, LegacyExposure exposure, Findings findings)
{
    /// <summary>
    /// The agent as an entry of <c>agents.list</c>; what is its group's is left out where the group has several members.
    /// </summary>
    public Json5Object Entry(LegacyAgent agent, bool alone)
    {
        var (network, driver) = alone
            ? exposure.Network(agent.Value("network"), agent.Value("isolation") ?? isolation, agent.Node.At, agent.GroupId)
            : default;
        return Tree.Object(
            agent.Node.At,
            ("id", Tree.Text(agent.Name.At, agent.Id)),
            ("name", agent.Name),
            ("isolationGroup", agent.Group is null && alone ? null : Tree.Text((agent.Group ?? agent.Name).At, agent.GroupId)),
            ("model", agent.Value("model")),
            ("isolation", alone ? agent.Value("isolation") : null),
            ("network", network),
            ("driver", driver),
            ("resources", alone ? Resources([agent]) : null)
        );
    }

    public Json5Object? Groups(IReadOnlyList<LegacyAgent> agents, Json5Place at)
    {
        var shared = agents
            .GroupBy(a => a.GroupId)
            .Where(g => g.Count() > 1)
            .Select(g => (g.Key, (Json5Node)Group([.. g])))
            .ToList();
        return shared.Count == 0 ? null : Tree.Object(at, shared);
    }

    private Json5Object Group(IReadOnlyList<LegacyAgent> members)
    {
        var levels = members.Select(m => (m, m.Value("isolation") ?? isolation)).ToList();
        var networks = members.Where(m => m.Value("network") is not null).Select(m => (m, m.Value("network")!)).ToList();
        var level = Agreed("isolation", levels);
        var (network, driver) = exposure.Network(
            Agreed("network", networks),
            level ?? isolation,
            members[0].Node.At,
            members[0].GroupId
        );
        return Tree.Object(
            members[0].Node.At,
            ("isolation", level),
            ("network", network),
            ("driver", driver),
            ("resources", Resources(members))
        );
    }

    private Json5Node? Agreed(string key, List<(LegacyAgent Agent, Json5Node Value)> said)
    {
        foreach (var (agent, value) in said.Skip(1).Where(s => Word(s.Value) != Word(said[0].Value)))
        {
            var message =
                $"{Slug.Quote(agent.Name.Value)} and {Slug.Quote(said[0].Agent.Name.Value)} share the group "
                + $"'{agent.GroupId}', so one boundary, but ask for {key} {Shown(value)} and {Shown(said[0].Value)} ({said[0].Value.At})";
            if (findings.Lenient)
            {
                findings.Warn(value.At, $"{message}; the first is taken, since --lenient was given");
            }
            else
            {
                findings.Error(value.At, $"{message}: make them equal, or give one a group of its own");
            }
        }

        return said.Count == 0 ? null : said[0].Value;
    }

    /// <summary>The first value of each kind, as the older generators took it.</summary>
    private Json5Object? Resources(IReadOnlyList<LegacyAgent> members)
    {
        var found = new List<(string, Json5Node)>();
        foreach (var wrong in members.Select(m => m.Value("resources")).Where(r => r is not null and not Json5Object))
        {
            findings.Error(wrong!.At, $"must be an object, got {wrong.Kind}");
        }

        foreach (var key in (string[])["memory", "cpu"])
        {
            var values = members
                .Select(m => (m.Value("resources") as Json5Object)?.Value(key))
                .Where(v => v is not (null or Json5String { Value: "" }))
                .ToList();
            if (values.Count > 0)
            {
                found.Add((key, values[0]!));
            }

            foreach (var other in values.Skip(1).Where(v => Word(v!) != Word(values[0]!)))
            {
                findings.Warn(
                    other!.At,
                    $"the group has one limit for all, and the first counts: {Shown(values[0]!)} ({values[0]!.At})"
                );
            }
        }

        return found.Count == 0 ? null : Tree.Object(members[0].Node.At, found);
    }

    private static string? Word(Json5Node node) =>
        node switch
        {
            Json5String { Value: "isolated" } => "internal",
            Json5String text => text.Value,
            Json5Number number => number.Text,
            _ => node.Kind,
        };

    private static string Shown(Json5Node node) => Slug.Quote(Word(node));
}
