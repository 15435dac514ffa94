namespace Creel.Core.Routing;

/// <summary>Where a message goes.</summary>
/// <param name="MatchedBy">Which tier decided.</param>
/// <param name="Binding">The index of the rule in <c>bindings</c>; null for the default agent.</param>
public sealed record Route(
    string Agent,
    string Channel,
    string Account,
    string SessionKey,
    string MainSessionKey,
    RouteTier MatchedBy,
    int? Binding
);

/// <summary>What became of the question where a message goes.</summary>
public abstract record RouteOutcome
{
    private RouteOutcome() { }

    public sealed record Found(Route Route) : RouteOutcome;

    /// <summary>Nobody gets it: better none than a wrong one.</summary>
    /// <param name="MatchedBy">Where it ended.</param>
    public sealed record Refused(RouteTier MatchedBy, int? Binding, Fault Why) : RouteOutcome;
}
