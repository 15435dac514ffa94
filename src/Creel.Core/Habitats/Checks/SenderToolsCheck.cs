using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;
using Creel.Core.Tools;

namespace Creel.Core.Habitats.Checks;

/// <summary>What would limit a sender or a room and is not followed must not look as if it were.</summary>
internal sealed class SenderToolsCheck(Findings findings)
{
    private const string BySender = "toolsBySender";

    public void Check(Json5Object root, IReadOnlyList<AgentModel> agents)
    {
        Elsewhere(root.Value("tools"), followed: true, ofRooms: false);
        Elsewhere(root.Value("agents"), followed: false, ofRooms: false);
        foreach (var channel in (root.Value("channels") as Json5Object)?.Members ?? [])
        {
            var rooms = Channel(channel.Value as Json5Object).ToList();
            if (rooms.Count > 0)
            {
                Brains(root, channel, rooms[0], agents);
            }
        }

        Senders(root, agents);
    }

    /// <summary>Of a channel and its accounts: rooms, their topics and direct conversations are followed, all else is not.</summary>
    /// <returns>Where something is said that is followed.</returns>
    private IEnumerable<Json5Place> Channel(Json5Object? channel)
    {
        foreach (var member in channel?.Members ?? [])
        {
            switch (member.Key)
            {
                case "accounts":
                    foreach (var account in (member.Value as Json5Object)?.Members ?? [])
                    {
                        foreach (var place in Channel(account.Value as Json5Object))
                        {
                            yield return place;
                        }
                    }

                    break;
                case "groups" or "direct":
                    foreach (var place in Rooms(member.Value as Json5Object))
                    {
                        yield return place;
                    }

                    break;
                default:
                    Elsewhere(new Json5Object(member.KeyAt, [member]), followed: false, ofRooms: true);
                    break;
            }
        }
    }

    private IEnumerable<Json5Place> Rooms(Json5Object? rooms)
    {
        foreach (var member in (rooms?.Members ?? []).SelectMany(r => (r.Value as Json5Object)?.Members ?? []))
        {
            if (member.Key == "topics")
            {
                foreach (var place in Rooms(member.Value as Json5Object))
                {
                    yield return place;
                }
            }
            else if (IsPolicy(member, ofRooms: true))
            {
                Words(member);
                yield return member.Value.At;
            }
            else
            {
                Elsewhere(member.Value, followed: false, ofRooms: true);
            }
        }
    }

    private static bool IsPolicy(Json5Member member, bool ofRooms) =>
        member.Value is Json5Object { Members.Count: > 0 } && (member.Key == BySender || (ofRooms && member.Key == "tools"));

    /// <summary>A list that names what is no tool limits to nothing, or denies nothing.</summary>
    private void Words(Json5Member policy)
    {
        IEnumerable<Json5Node> lists =
            policy.Key == BySender ? ((Json5Object)policy.Value).Members.Select(m => m.Value) : [policy.Value];
        foreach (
            var word in lists
                .OfType<Json5Object>()
                .SelectMany(l => l.Members)
                .SelectMany(m => (m.Value as Json5Array)?.Items ?? [])
                .OfType<Json5String>()
                .Where(w => !ToolNames.Knows(w.Value))
        )
        {
            findings.Warn(word.At, $"{Slug.Quote(word.Value)} is no tool here{Spelling.Hint(word.Value, ToolNames.All)}");
        }
    }

    /// <summary>A brain that decides on its tools itself can't keep to what a room says.</summary>
    private void Brains(Json5Object root, Json5Member channel, Json5Place at, IReadOnlyList<AgentModel> agents)
    {
        var id = RoutingText.Channel(channel.Key);
        var reached = Reached(root, id, agents);
        foreach (var agent in agents.Where(a => a.Brain.Kind != "native" && reached.Contains(a.Id.Value)))
        {
            findings.Issue(
                at,
                "not_followed",
                $"a message on {id} may come to agent '{agent.Id}', whose brain of kind '{agent.Brain.Kind}' decides on its tools itself, "
                    + "so this would limit nobody: bind the room to an agent with the native brain, or take this out"
            );
        }
    }

    /// <summary>Who may get a message of a channel: who is bound there, the default agent where not all of it is, and who hears broadcasts.</summary>
    private static HashSet<string> Reached(Json5Object root, string channel, IReadOnlyList<AgentModel> agents)
    {
        var bound = ((root.Value("bindings") as Json5Array)?.Items ?? [])
            .OfType<Json5Object>()
            .Where(b =>
                b.Value("match") is Json5Object match && RoutingText.Channel(Values.Text(match.Value("channel"))) == channel
            )
            .ToList();
        var all = bound.Any(b =>
            ((Json5Object)b.Value("match")!).Members.All(m =>
                m.Key == "channel" || (m.Key == "accountId" && Values.Text(m.Value) == "*")
            ) && ((Json5Object)b.Value("match")!).Value("accountId") is not null
        );
        HashSet<string> reached = [.. bound.Select(b => RoutingText.Agent(Values.Text(b.Value("agentId"))))];
        if (!all && (agents.FirstOrDefault(a => a.Default) ?? agents.FirstOrDefault()) is { } usual)
        {
            reached.Add(usual.Id.Value);
        }

        foreach (var hearers in (root.Value("broadcast") as Json5Object)?.Members.Select(m => m.Value).OfType<Json5Array>() ?? [])
        {
            reached.UnionWith(hearers.Items.Select(Values.Text));
        }

        return reached;
    }

    private void Senders(Json5Object root, IReadOnlyList<AgentModel> agents)
    {
        var wide = (root.Value("tools") as Json5Object)?.Find(BySender);
        if (wide is { Value: Json5Object { Members.Count: > 0 } rules })
        {
            Words(wide);
            if (agents.FirstOrDefault(a => a.Brain.Kind != "native") is { } other)
            {
                Brain(rules.At, other);
            }
        }

        foreach (var (id, entry) in Entries(root.Value("agents") as Json5Object))
        {
            if ((entry.Value("tools") as Json5Object)?.Find(BySender) is { Value: Json5Object { Members.Count: > 0 } own } member)
            {
                Words(member);
                if (agents.FirstOrDefault(a => a.Id.Value == id && a.Brain.Kind != "native") is { } agent)
                {
                    Brain(own.At, agent);
                }
            }
        }
    }

    private void Brain(Json5Place at, AgentModel agent) =>
        findings.Issue(
            at,
            "not_followed",
            $"agent '{agent.Id}' thinks with a brain of kind '{agent.Brain.Kind}', which decides on its tools itself, so this would limit "
                + "nobody there: say it on agents with the native brain"
        );

    private static IEnumerable<(string Id, Json5Object Entry)> Entries(Json5Object? agents) =>
        ((agents?.Value("list") as Json5Array)?.Items ?? [])
            .OfType<Json5Object>()
            .Select(e => (RoutingText.Agent(Values.Text(e.Value("id"))), e))
            .Concat(
                ((agents?.Value("entries") as Json5Object)?.Members ?? [])
                    .Where(m => m.Value is Json5Object)
                    .Select(m => (RoutingText.Agent(m.Key), (Json5Object)m.Value))
            );

    /// <param name="followed">Here it is read; no deeper.</param>
    private void Elsewhere(Json5Node? node, bool followed, bool ofRooms)
    {
        foreach (var member in (node as Json5Object)?.Members ?? [])
        {
            if (!followed && IsPolicy(member, ofRooms))
            {
                findings.Issue(
                    member.Value.At,
                    "not_followed",
                    $"{member.Key} is not followed here, so it would limit nobody: "
                        + "bind the room or the sender to an agent of its own, and say tools on that agent"
                );
            }

            Elsewhere(member.Value, followed: member.Key == "tools" && !ofRooms, ofRooms);
        }

        foreach (var item in (node as Json5Array)?.Items ?? [])
        {
            Elsewhere(item, followed: false, ofRooms);
        }
    }
}
