using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Reads what a habitat says of conversations.</summary>
/// <param name="root">The habitat, with the variables of secrets unreplaced.</param>
internal sealed class SectionsReader(Json5Object root, string? home)
{
    /// <summary>The sections that are of this.</summary>
    private static readonly string[] Keys =
    [
        "agents",
        "channels",
        "session",
        "messages",
        "broadcast",
        "bindings",
        "tools",
        "gateway",
    ];

    public GatewaySections Read(IReadOnlyList<AgentModel> agents, IReadOnlyList<AgentDraft> drafts)
    {
        var defaults = root.Map("agents").Map("defaults");
        var entries = drafts.ToDictionary(d => d.Id, d => d.Fields.Node);
        var rules = new AgentRulesReader(defaults, entries.Values.Any(e => e.Map("heartbeat") is not null), home);
        return new GatewaySections
        {
            Gateway = GatewayReader.Read(root.Map("gateway")),
            Channels = new ChannelReader(root.Map("channels"), root.Map("commands")).Read(),
            Session = SessionRulesReader.Read(root.Map("session")),
            Messages = MessagesReader.Read(root.Map("messages")),
            Broadcast = Broadcast(root.Map("broadcast"), agents),
            AgentDefaults = AgentRulesReader.Defaults(defaults),
            Agents = agents.ToDictionary(a => a.Id, a => rules.Read(a, entries[a.Id])),
            Tools = root.Json("tools") ?? "{}",
            SessionVisibility = root.Map("tools").Map("sessions").Word("visibility") ?? "tree",
            Text = Json5Text.Write(root with { Members = [.. root.Members.Where(m => Keys.Contains(m.Key))] }),
        };
    }

    private static BroadcastModel Broadcast(Json5Object? node, IReadOnlyList<AgentModel> agents)
    {
        var known = agents.Select(a => a.Id).ToHashSet();
        return new BroadcastModel
        {
            Sequential = node.Word("strategy") == "sequential",
            Agents = NodeValues.Pairs(
                node,
                m =>
                    m is { Key: not "strategy", Value: Json5Array list }
                        ? list
                            .Items.Select(NodeValues.Word)
                            .Where(id => AgentId.TryParse(id, out var agent) && known.Contains(agent))
                            .Select(AgentId.Parse)
                            .Distinct()
                            .ToList()
                        : (IReadOnlyList<AgentId>?)null
            ),
        };
    }
}
