namespace Creel.Core.Routing;

/// <summary>The rules of one channel: those of each account, and those of any.</summary>
internal sealed class ChannelIndex
{
    private readonly BindingIndex any;
    private readonly BindingIndex none;
    private readonly Dictionary<string, BindingIndex> accounts;

    public ChannelIndex(IEnumerable<BindingModel> bindings, RoutingManner manner)
    {
        var all = bindings.ToList();
        none = new BindingIndex([], manner);
        any = new BindingIndex(all.Where(b => b.Account is null), manner);
        accounts = all.Where(b => b.Account is not null)
            .GroupBy(b => b.Account!)
            .ToDictionary(g => g.Key, g => new BindingIndex(g, manner), StringComparer.Ordinal);
    }

    public (RouteTier Tier, BindingModel? Binding) Find(MessageSource source)
    {
        var own = accounts.GetValueOrDefault(source.Account, none);
        if (source.Peer is { } peer && Earlier(own.ByPeer(source, peer), any.ByPeer(source, peer)) is { } exact)
        {
            return (RouteTier.Peer, exact);
        }

        if (
            source.ParentPeer is { Id.Length: > 0 } parent
            && Earlier(own.ByPeer(source, parent), any.ByPeer(source, parent)) is { } inherited
        )
        {
            return (RouteTier.ParentPeer, inherited);
        }

        if (source.Peer is { } kind && Earlier(own.ByWildcard(source, kind), any.ByWildcard(source, kind)) is { } wildcard)
        {
            return (RouteTier.WildcardPeer, wildcard);
        }

        if (source.GuildId is { } guild)
        {
            if (Earlier(own.ByGuildAndRoles(source, guild), any.ByGuildAndRoles(source, guild)) is { } withRole)
            {
                return (RouteTier.GuildAndRoles, withRole);
            }

            if (Earlier(own.ByGuild(source, guild), any.ByGuild(source, guild)) is { } inGuild)
            {
                return (RouteTier.Guild, inGuild);
            }
        }

        if (source.TeamId is { } team && Earlier(own.ByTeam(source, team), any.ByTeam(source, team)) is { } inTeam)
        {
            return (RouteTier.Team, inTeam);
        }

        return own.ByAccount(source) is { } account ? (RouteTier.Account, account)
            : any.ByAccount(source) is { } channel ? (RouteTier.Channel, channel)
            : (RouteTier.Default, null);
    }

    private static BindingModel? Earlier(BindingModel? one, BindingModel? other) => BindingIndex.Earlier(one, other);
}
