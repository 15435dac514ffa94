namespace Creel.Core.Routing;

/// <summary>
/// The rules of one channel and one account (or of any account), found by what they ask for instead of one after the other. Each list
/// is in the order of the configuration.
/// </summary>
internal sealed class BindingIndex
{
    private readonly RoutingManner manner;
    private readonly Dictionary<(PeerKind, string), BindingModel[]> peers;
    private readonly Dictionary<PeerKind, BindingModel[]> wildcards;
    private readonly Dictionary<(string, string), BindingModel[]> guildRoles;
    private readonly Dictionary<string, BindingModel[]> guilds;
    private readonly Dictionary<string, BindingModel[]> teams;
    private readonly Dictionary<string, BindingModel[]> roles;
    private readonly BindingModel[] plain;

    public BindingIndex(IEnumerable<BindingModel> bindings, RoutingManner manner)
    {
        this.manner = manner;
        var all = bindings.ToList();

        // A rule is only where it can be the first of its tier: one that also names a peer matches there or nowhere, and so on down.
        var withPeer = all.Where(b => b.Peer is not null).ToList();
        var others = all.Where(b => b.Peer is null).ToList();
        var withGuild = others.Where(b => b.GuildId is not null).ToList();
        var withoutGuild = others.Where(b => b.GuildId is null).ToList();
        var rest = withoutGuild.Where(b => b.TeamId is null).ToList();
        wildcards = By(withPeer.Where(IsWildcard), b => Only(manner.Fold(b.Peer!.Kind)));
        peers = By(withPeer.Where(b => !IsWildcard(b)), b => Only((manner.Fold(b.Peer!.Kind), b.Peer!.Id)));
        guildRoles = By(withGuild.Where(b => b.Roles.Count > 0), b => b.Roles.Distinct().Select(role => (b.GuildId!, role)));
        guilds = By(withGuild.Where(b => b.Roles.Count == 0), b => Only(b.GuildId!));
        teams = By(withoutGuild.Where(b => b.TeamId is not null), b => Only(b.TeamId!));
        roles = By(rest.Where(b => b.Roles.Count > 0), b => b.Roles.Distinct());
        plain = [.. rest.Where(b => b.Roles.Count == 0).Take(1)];
    }

    public BindingModel? ByPeer(MessageSource source, Peer peer) =>
        peers.Count > 0 && peers.TryGetValue((manner.Fold(peer.Kind), peer.Id), out var list) ? First(list, source, peer) : null;

    public BindingModel? ByWildcard(MessageSource source, Peer peer) =>
        wildcards.Count > 0 && wildcards.TryGetValue(manner.Fold(peer.Kind), out var list) ? First(list, source, peer) : null;

    public BindingModel? ByGuildAndRoles(MessageSource source, string guild)
    {
        BindingModel? first = null;
        if (guildRoles.Count > 0)
        {
            foreach (var role in source.MemberRoleIds)
            {
                if (guildRoles.TryGetValue((guild, role), out var list))
                {
                    first = Earlier(first, First(list, source, source.Peer));
                }
            }
        }

        return first;
    }

    public BindingModel? ByGuild(MessageSource source, string guild) =>
        guilds.Count > 0 && guilds.TryGetValue(guild, out var list) ? First(list, source, source.Peer) : null;

    public BindingModel? ByTeam(MessageSource source, string team) =>
        teams.Count > 0 && teams.TryGetValue(team, out var list) ? First(list, source, source.Peer) : null;

    /// <summary>What asks for nothing but channel and account, and perhaps a role.</summary>
    public BindingModel? ByAccount(MessageSource source)
    {
        var first = plain.Length > 0 ? plain[0] : null;
        if (roles.Count > 0)
        {
            foreach (var role in source.MemberRoleIds)
            {
                first = Earlier(first, roles.TryGetValue(role, out var list) ? list[0] : null);
            }
        }

        return first;
    }

    public static BindingModel? Earlier(BindingModel? one, BindingModel? other) =>
        one is null || (other is not null && other.Index < one.Index) ? other : one;

    private BindingModel? First(BindingModel[] list, MessageSource source, Peer? peer)
    {
        foreach (var binding in list)
        {
            if (BindingMatch.Holds(binding, source, peer, manner))
            {
                return binding;
            }
        }

        return null;
    }

    private bool IsWildcard(BindingModel binding) => BindingMatch.IsWildcard(binding, manner);

    private static IEnumerable<T> Only<T>(T one) => [one];

    private static Dictionary<TKey, BindingModel[]> By<TKey>(
        IEnumerable<BindingModel> bindings,
        Func<BindingModel, IEnumerable<TKey>> keys
    )
        where TKey : notnull =>
        bindings
            .SelectMany(b => keys(b).Select(key => (key, b)))
            .GroupBy(pair => pair.key, pair => pair.b)
            .ToDictionary(g => g.Key, g => g.ToArray());
}
