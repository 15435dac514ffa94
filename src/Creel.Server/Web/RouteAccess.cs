using Microsoft.AspNetCore.Builder;

namespace Creel.Server.Web;

/// <summary>Who may call an endpoint; one without this mark wants the admin token.</summary>
/// <param name="Rule">What proves the caller.</param>
/// <param name="Old">The older hub had it, so the unauthenticated mode opens it.</param>
internal sealed record RouteAccess(AccessRule Rule, bool Old = false);

internal enum AccessRule
{
    /// <summary>The admin token in the Authorization header.</summary>
    Admin,

    /// <summary>Anybody.</summary>
    Open,

    /// <summary>The endpoint checks the caller's own token.</summary>
    OwnProof,

    /// <summary>A cell on its own socket, and nobody else.</summary>
    Cell,

    /// <summary>A cell on its own socket; elsewhere an agent, whose own token the endpoint checks.</summary>
    Agent,
}

internal static class RouteAccessMarks
{
    /// <summary>The older hub had this route.</summary>
    public static T Old<T>(this T route, AccessRule rule = AccessRule.Admin)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(rule, Old: true));

    public static T Access<T>(this T route, AccessRule rule)
        where T : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(rule));
}
