namespace Creel.Core.Routing;

/// <summary>Makes session keys: <c>agent:&lt;id&gt;:…</c>, one conversation each. The shapes are OpenClaw's, since its stores are kept.</summary>
public static class SessionKeys
{
    private const string Unknown = "unknown";

    /// <summary>An agent's main conversation.</summary>
    public static string Main(string agent, SessionModel session, RoutingManner manner) =>
        $"agent:{agent}:{(manner.HonoursMainKey ? session.MainKey : RoutingText.MainKey)}";

    /// <summary>The conversation of a message. A thread has the key of what it is in; see <see cref="Thread"/>.</summary>
    /// <param name="binding">The rule that matched, which may have scopes of its own.</param>
    public static string Of(
        string agent,
        MessageSource source,
        SessionModel session,
        RoutingManner manner,
        BindingModel? binding = null
    )
    {
        if (source.Peer is not { } peer)
        {
            return Main(agent, session, manner);
        }

        if (peer.Kind != PeerKind.Direct)
        {
            var scope = manner.Scopes ? binding?.GroupScope ?? session.GroupScope : GroupScope.PerGroup;
            return scope == GroupScope.Main
                ? Main(agent, session, manner)
                : $"agent:{agent}:{Or(source.Channel)}:{peer.Word}:{RoomId(source.Channel, peer, manner)}";
        }

        var dm = (manner.Scopes ? binding?.DmScope : null) ?? session.DmScope;
        if (dm == DmScope.Main)
        {
            return Main(agent, session, manner);
        }

        var id = RoutingText.Lower(peer.Id);
        id = Or(session.Links.Find(source.Channel, id) ?? id);
        return dm switch
        {
            DmScope.PerPeer => $"agent:{agent}:direct:{id}",
            DmScope.PerChannelPeer => $"agent:{agent}:{Or(source.Channel)}:direct:{id}",
            _ => $"agent:{agent}:{Or(source.Channel)}:{source.Account}:direct:{id}",
        };
    }

    /// <summary>A thread's conversation, where it has one of its own.</summary>
    /// <param name="thread">Blank: no thread.</param>
    public static string Thread(string key, string? thread) =>
        RoutingText.Lower(thread) is { Length: > 0 } id ? $"{key}:thread:{id}" : key;

    /// <summary>Where a room's history is kept that no agent has answered yet.</summary>
    public static string History(MessageSource source) =>
        $"{Or(source.Channel)}:{source.Account}:{source.Peer?.Word ?? Unknown}:{Or(RoutingText.Lower(source.Peer?.Id))}";

    /// <summary>
    /// The one name of a conversation: an agent's main one has three in OpenClaw's files (<c>main</c>, the configured key, each with or
    /// without the agent), and one in the store.
    /// </summary>
    public static string Canonical(string key, string agent, SessionModel session)
    {
        var lower = RoutingText.Lower(key);
        var names = new[] { RoutingText.MainKey, session.MainKey };
        return names.Any(name => lower == name || lower == $"agent:{agent}:{name}")
            ? session.Global
                ? "global"
                : $"agent:{agent}:{session.MainKey}"
            : key;
    }

    private static string RoomId(string channel, Peer peer, RoutingManner manner) =>
        Or(manner.KeepsCase && channel is ("signal" or "matrix") ? peer.Id : RoutingText.Lower(peer.Id));

    private static string Or(string? text) => string.IsNullOrEmpty(text) ? Unknown : text;
}
