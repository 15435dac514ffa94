using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Routing;

/// <summary>Reads the <c>session</c> section, as far as routing needs it.</summary>
internal static class SessionReader
{
    public static SessionModel Read(Json5Node? node, Findings findings)
    {
        if (node is not Json5Object session)
        {
            return new SessionModel();
        }

        if (session.Value("dmScope") is { } dm && Dm(dm) is null)
        {
            findings.Error(dm.At, "must be main, per-peer, per-channel-peer or per-account-channel-peer");
        }

        if (session.Value("groupScope") is { } rooms && Rooms(rooms) is null)
        {
            findings.Error(rooms.At, "must be per-group or main");
        }

        return new SessionModel
        {
            DmScope = Dm(session.Value("dmScope")) ?? DmScope.Main,
            GroupScope = Rooms(session.Value("groupScope")) ?? GroupScope.PerGroup,
            MainKey = RoutingText.Main(Values.Text(session.Value("mainKey"))),
            Global = session.Value("scope") is Json5String { Value: "global" },
            Links = new IdentityLinks(Links(session.Value("identityLinks"))),
        };
    }

    public static DmScope? Dm(Json5Node? node) =>
        Values.Text(node) switch
        {
            "main" => DmScope.Main,
            "per-peer" => DmScope.PerPeer,
            "per-channel-peer" => DmScope.PerChannelPeer,
            "per-account-channel-peer" => DmScope.PerAccountChannelPeer,
            _ => null,
        };

    public static GroupScope? Rooms(Json5Node? node) =>
        Values.Text(node) switch
        {
            "per-group" => GroupScope.PerGroup,
            "main" => GroupScope.Main,
            _ => null,
        };

    private static IEnumerable<(string, IReadOnlyList<string>)> Links(Json5Node? node) =>
        node is Json5Object links
            ? links.Members.Where(m => m.Value is Json5Array).Select(m => (m.Key, Ids((Json5Array)m.Value)))
            : [];

    private static IReadOnlyList<string> Ids(Json5Array list) => [.. list.Items.Select(Values.Id).OfType<string>()];
}
