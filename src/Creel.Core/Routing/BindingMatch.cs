namespace Creel.Core.Routing;

/// <summary>Whether all that a rule says beside channel and account is true of a message.</summary>
internal static class BindingMatch
{
    /// <param name="peer">The message's own peer, or what it is a thread of.</param>
    public static bool Holds(BindingModel binding, MessageSource source, Peer? peer, RoutingManner manner) =>
        PeerHolds(binding, peer, manner)
        && (binding.GuildId is null || binding.GuildId == source.GuildId)
        && (binding.TeamId is null || binding.TeamId == source.TeamId)
        && RolesHold(binding, source);

    public static bool PeerHolds(BindingModel binding, Peer? peer, RoutingManner manner) =>
        binding.Peer is not { } wanted
        || (
            peer is not null
            && peer.Kind != PeerKind.Other
            && manner.Fold(wanted.Kind) == manner.Fold(peer.Kind)
            && (wanted.Id == peer.Id || IsWildcard(binding, manner))
        );

    public static bool RolesHold(BindingModel binding, MessageSource source)
    {
        if (binding.Roles.Count == 0)
        {
            return true;
        }

        foreach (var role in source.MemberRoleIds)
        {
            if (binding.Roles.Contains(role))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsWildcard(BindingModel binding, RoutingManner manner) => manner.Wildcards && binding.Peer?.Id == Peer.Any;

    /// <summary>It speaks of that channel and account.</summary>
    public static bool IsOf(BindingModel binding, MessageSource source) =>
        binding.Channel == source.Channel && (binding.Account is null || binding.Account == source.Account);
}
