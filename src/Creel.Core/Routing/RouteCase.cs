namespace Creel.Core.Routing;

/// <summary>One line of a table of expectations: a message, and where it should go.</summary>
/// <param name="Id">Its name in the output; the line's number where it has none.</param>
/// <param name="Routing">Its own configuration; null: that of the habitat.</param>
public sealed record RouteCase(string Id, RoutingModel? Routing, MessageSource Source, RouteExpectation Expected);

/// <summary>What is expected; what is null may be anything.</summary>
/// <param name="Refused">The code of a refusal, or <c>*</c> for any.</param>
public sealed record RouteExpectation
{
    public string? Agent { get; init; }

    public string? Account { get; init; }

    public string? SessionKey { get; init; }

    public string? MainSessionKey { get; init; }

    public string? MatchedBy { get; init; }

    public string? Refused { get; init; }

    /// <returns>What differs, one line a thing; empty where nothing does.</returns>
    public IReadOnlyList<RouteDifference> Against(RouteOutcome outcome)
    {
        var route = (outcome as RouteOutcome.Found)?.Route;
        var refused = (outcome as RouteOutcome.Refused)?.Why;
        var differences = new List<RouteDifference>();
        if (refused is not null && Refused is null)
        {
            return [new RouteDifference("outcome", "a route", $"refused ({refused.Code}): {refused}")];
        }

        Compare("agentId", Agent, route?.Agent);
        Compare("accountId", Account, route?.Account);
        Compare("sessionKey", SessionKey, route?.SessionKey);
        Compare("mainSessionKey", MainSessionKey, route?.MainSessionKey);
        Compare("matchedBy", MatchedBy, route?.MatchedBy.Word());
        if (Refused is not null && refused is null)
        {
            differences.Add(new RouteDifference("error", Refused, $"a route to {route!.Agent}"));
        }
        else if (Refused is not (null or "*") && refused!.Code != Refused)
        {
            differences.Add(new RouteDifference("error", Refused, refused.Code));
        }

        return differences;

        void Compare(string what, string? wanted, string? got)
        {
            if (wanted is not null && wanted != got)
            {
                differences.Add(new RouteDifference(what, wanted, got ?? "nothing"));
            }
        }
    }
}

public sealed record RouteDifference(string What, string Expected, string Got);
