using Creel.Core.Routing;

namespace Creel.Commands.Routes;

/// <summary>What <c>creel route explain --json</c> prints.</summary>
internal sealed record RouteView(
    RouteAnswerView? Route,
    BroadcastView? Broadcast,
    RouteRefusalView? Refused,
    IReadOnlyList<TierView> Tiers,
    int BindingsElsewhere
)
{
    public static RouteView Of(RouteExplanation explained, BroadcastView? broadcast) =>
        new(
            (explained.Outcome as RouteOutcome.Found)?.Route is { } route ? RouteAnswerView.Of(route) : null,
            broadcast,
            explained.Outcome is RouteOutcome.Refused refused
                ? new RouteRefusalView(refused.Why.Code, refused.Why.Message, refused.Why.Remedy, refused.Binding)
                : null,
            [.. explained.Tiers.Select(t => new TierView(t.Tier.Word(), t.Skipped, t.Winner, t.Rules))],
            explained.Elsewhere
        );
}

/// <summary>OpenClaw's names.</summary>
internal sealed record RouteAnswerView(
    string AgentId,
    string Channel,
    string AccountId,
    string SessionKey,
    string MainSessionKey,
    string MatchedBy,
    int? Binding
)
{
    public static RouteAnswerView Of(Route route) =>
        new(
            route.Agent,
            route.Channel,
            route.Account,
            route.SessionKey,
            route.MainSessionKey,
            route.MatchedBy.Word(),
            route.Binding
        );
}

/// <summary>All who get it, in the place of the one that the bindings find.</summary>
internal sealed record BroadcastView(bool Sequential, IReadOnlyList<BroadcastTarget> Agents);

internal sealed record RouteRefusalView(string Code, string Message, string? Remedy, int? Binding);

internal sealed record TierView(string Tier, string? Skipped, int? Winner, IReadOnlyList<RuleExplanation> Rules);
