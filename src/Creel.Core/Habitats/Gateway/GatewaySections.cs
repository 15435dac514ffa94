namespace Creel.Core.Habitats.Gateway;

/// <summary>What a habitat says of conversations: the sections that are OpenClaw's, with what holds where nothing is written.</summary>
public sealed record GatewaySections
{
    public GatewayModel Gateway { get; init; } = new();

    public ChannelsModel Channels { get; init; } = new();

    public SessionRules Session { get; init; } = new();

    public MessagesModel Messages { get; init; } = new();

    public BroadcastModel Broadcast { get; init; } = new();

    public AgentDefaultsModel AgentDefaults { get; init; } = new();

    /// <summary>Of every agent of the habitat.</summary>
    public IReadOnlyDictionary<AgentId, AgentRules> Agents { get; init; } = new Dictionary<AgentId, AgentRules>();

    /// <summary>The <c>tools</c> section, as a JSON object.</summary>
    public string Tools { get; init; } = "{}";

    /// <summary><c>tools.sessions.visibility</c>: <c>self</c>, <c>tree</c> (default), <c>agent</c> or <c>all</c>.</summary>
    public string SessionVisibility { get; init; } = "tree";

    /// <summary>
    /// All of these sections as JSON, variables replaced but for those of secrets: two habitats whose text is the same say the same here.
    /// </summary>
    public string Text { get; init; } = "{}";
}

/// <summary>The <c>broadcast</c> section: conversations in which several agents answer.</summary>
public sealed record BroadcastModel
{
    /// <summary>One after the other; otherwise at the same time.</summary>
    public bool Sequential { get; init; }

    /// <summary>By the peer's id, in the order in which they are written.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<AgentId>> Agents { get; init; } =
        new Dictionary<string, IReadOnlyList<AgentId>>();
}
