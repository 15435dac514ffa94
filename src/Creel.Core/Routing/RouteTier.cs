namespace Creel.Core.Routing;

/// <summary>How a route was found, from the most specific to the least.</summary>
public enum RouteTier
{
    Peer,
    ParentPeer,
    WildcardPeer,
    GuildAndRoles,
    Guild,
    Team,
    Account,
    Channel,

    /// <summary>No binding matched: the default agent.</summary>
    Default,
}

public static class RouteTiers
{
    /// <summary>The name that logs and APIs show; OpenClaw's <c>matchedBy</c>.</summary>
    public static string Word(this RouteTier tier) =>
        tier switch
        {
            RouteTier.Peer => "binding.peer",
            RouteTier.ParentPeer => "binding.peer.parent",
            RouteTier.WildcardPeer => "binding.peer.wildcard",
            RouteTier.GuildAndRoles => "binding.guild+roles",
            RouteTier.Guild => "binding.guild",
            RouteTier.Team => "binding.team",
            RouteTier.Account => "binding.account",
            RouteTier.Channel => "binding.channel",
            _ => "default",
        };
}
