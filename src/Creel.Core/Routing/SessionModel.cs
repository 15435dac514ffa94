namespace Creel.Core.Routing;

/// <summary>The <c>session</c> section, as far as it decides which conversation a message belongs to.</summary>
public sealed record SessionModel
{
    public DmScope DmScope { get; init; } = DmScope.Main;

    public GroupScope GroupScope { get; init; } = GroupScope.PerGroup;

    /// <summary>The name of an agent's main conversation; lower case.</summary>
    public string MainKey { get; init; } = RoutingText.MainKey;

    /// <summary><c>session.scope</c> is <c>global</c>: all that is said to an agent is one conversation, each agent's its own.</summary>
    public bool Global { get; init; }

    /// <summary>One person's ids on several channels.</summary>
    public IdentityLinks Links { get; init; } = IdentityLinks.None;
}
