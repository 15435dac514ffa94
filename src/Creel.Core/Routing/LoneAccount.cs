namespace Creel.Core.Routing;

/// <summary>
/// An account of its own, with several agents there and no rule that speaks of it: the default agent would answer for a bot that was
/// made for another one, so nobody does.
/// </summary>
public static class LoneAccount
{
    public const string Code = "account-without-binding";

    /// <summary>Whether what no binding takes of the account's messages is dropped.</summary>
    public static bool Is(RoutingModel routing, string account) =>
        routing.Manner.FailsClosed && account != RoutingText.DefaultAccount && routing.Agents.Count > 1;

    /// <summary>Why a message that was routed goes nowhere all the same; null: it goes.</summary>
    public static Fault? Objection(RoutingModel routing, Route route) =>
        route.MatchedBy == RouteTier.Default && Is(routing, route.Account)
            ? Fault.Refused(
                Code,
                $"no binding speaks of account {route.Account} of {route.Channel}, and it is not the default one",
                Remedy(route.Channel, route.Account)
            )
            : null;

    public static string Remedy(string channel, string account) =>
        $"bind it: creel agent bind --agent AGENT --bind {channel}:{account}";
}
