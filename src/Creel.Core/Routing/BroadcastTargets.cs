using Creel.Core.Habitats.Gateway;

namespace Creel.Core.Routing;

/// <summary>Whom a message of a broadcast's peer reaches.</summary>
public static class BroadcastTargets
{
    /// <param name="route">Where it would go else; its agent keeps the conversation of its binding.</param>
    /// <returns>In the order of the configuration; null: the peer is no broadcast's.</returns>
    public static IReadOnlyList<BroadcastTarget>? Of(
        RoutingModel routing,
        BroadcastModel broadcast,
        MessageSource source,
        Route route
    ) =>
        source.Peer is { } peer && broadcast.Agents.TryGetValue(peer.Id, out var agents) && agents.Count > 0
            ?
            [
                .. agents.Select(agent => new BroadcastTarget(
                    agent.Value,
                    agent.Value == route.Agent
                        ? route.SessionKey
                        : SessionKeys.Of(agent.Value, source, routing.Session, routing.Manner)
                )),
            ]
            : null;
}

public sealed record BroadcastTarget(string Agent, string SessionKey);
