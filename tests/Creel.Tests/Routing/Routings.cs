using Creel.Core.Routing;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Routing;

/// <summary>Made-up configurations and messages, of few words, so that they meet often.</summary>
internal static class Routings
{
    private static readonly Gen<string> Channels = Gen.Elements("telegram", "discord", "slack", "pigeon");
    private static readonly Gen<string?> Accounts = Gen.Elements<string?>(null, "default", "biz", "home");
    private static readonly Gen<string?> Guilds = Gen.Elements<string?>(null, "g1", "g2");
    private static readonly Gen<string?> Teams = Gen.Elements<string?>(null, null, "t1");
    private static readonly Gen<string[]> Roles = Gen.SubListOf("r1", "r2", "r3").Select(roles => roles.ToArray());

    private static readonly Gen<Peer?> Peers =
        from none in Gen.Choose(0, 3)
        from kind in Gen.Elements("direct", "group", "channel")
        from id in Gen.Elements("1", "2", "Ab")
        select none == 0 ? null : Peer.Of(kind, id);

    public static Gen<MessageSource> Sources { get; } =
        from channel in Channels
        from account in Accounts
        from peer in Peers
        from parent in Peers
        from guild in Guilds
        from team in Teams
        from roles in Roles
        select new MessageSource(channel, account)
        {
            Peer = peer,
            ParentPeer = parent,
            GuildId = guild,
            TeamId = team,
            MemberRoleIds = roles,
        };

    public static Gen<RoutingModel> Models { get; } =
        from manner in Gen.Elements(RoutingManner.All.ToArray())
        from count in Gen.Choose(0, 12)
        from bindings in Gen.CollectToList(Enumerable.Range(0, count), Binding)
        from chosen in Gen.Elements<string?>(null, "main", "a")
        select new RoutingModel
        {
            Manner = manner,
            Agents = ["main", "a", "b"],
            DefaultAgent = chosen ?? (manner.FailsClosed ? null : "main"),
            Bindings = bindings,
            Channels = manner.FailsClosed ? new HashSet<string> { "telegram", "discord", "slack" } : null,
        };

    public static Gen<BindingModel> Binding(int index) =>
        from channel in Channels
        from account in Gen.Elements<string?>(null, "default", "biz")
        from peer in Peers
        from wild in Gen.Choose(0, 4)
        from guild in Guilds
        from team in Teams
        from roles in Roles
        from constrained in Gen.Choose(0, 2)
        from agent in Gen.Elements("main", "a", "b", "nobody", "")
        select new BindingModel
        {
            Index = index,
            AgentText = agent,
            Channel = channel,
            Account = account,
            Peer = wild == 0 && peer is not null ? peer with { Id = Peer.Any } : peer,
            GuildId = constrained > 0 ? guild : null,
            TeamId = constrained > 0 ? team : null,
            Roles = constrained > 1 ? roles : [],
        };
}
