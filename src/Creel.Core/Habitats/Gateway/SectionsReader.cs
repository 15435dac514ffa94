using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Reads what a habitat says of conversations.</summary>
/// <param name="root">The habitat, with the variables of secrets unreplaced.</param>
internal sealed class SectionsReader(Json5Object root)
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

    public GatewaySections Read(IReadOnlyDictionary<AgentId, AgentRules> agents)
    {
        var defaults = root.Map("agents").Map("defaults");
        return new GatewaySections
        {
            Gateway = GatewayReader.Read(root.Map("gateway")),
            Channels = new ChannelReader(root.Map("channels"), root.Map("commands")).Read(),
            Session = SessionRulesReader.Read(root.Map("session")),
            Messages = MessagesReader.Read(root.Map("messages")),
            Broadcast = Broadcast(root.Map("broadcast"), agents),
            AgentDefaults = AgentRulesReader.Defaults(defaults),
            Agents = agents,
            Tools = root.Json("tools") ?? "{}",
            SessionVisibility = root.Map("tools").Map("sessions").Word("visibility") ?? "tree",
            Text = Json5Text.Write(root with { Members = [.. root.Members.Where(m => Keys.Contains(m.Key))] }),
        };
    }

    private static BroadcastModel Broadcast(Json5Object? node, IReadOnlyDictionary<AgentId, AgentRules> agents) =>
        new()
        {
            Sequential = node.Word("strategy") == "sequential",
            Agents = NodeValues.Pairs(
                node,
                m =>
                    m is { Key: not "strategy", Value: Json5Array list }
                        ? list
                            .Items.Select(NodeValues.Word)
                            .Where(id => AgentId.TryParse(id, out var agent) && agents.ContainsKey(agent))
                            .Select(AgentId.Parse)
                            .Distinct()
                            .ToList()
                        : (IReadOnlyList<AgentId>?)null
            ),
        };
}
