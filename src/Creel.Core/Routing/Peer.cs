namespace Creel.Core.Routing;

/// <summary>A conversation on a channel account.</summary>
/// <param name="Id">Trimmed, in its own case; empty where the channel gave none.</param>
public sealed record Peer(PeerKind Kind, string Id)
{
    /// <summary>As an id of a binding: every peer of that kind.</summary>
    public const string Any = "*";

    /// <summary>The word that was used, in lower case, as it stands in a session key.</summary>
    public string Word { get; init; } =
        Kind switch
        {
            PeerKind.Direct => "direct",
            PeerKind.Group => "group",
            _ => "channel",
        };

    /// <param name="kind">Any text; <c>dm</c> is <c>direct</c>.</param>
    public static Peer Of(string kind, string id)
    {
        var word = RoutingText.Lower(kind);
        var known = word switch
        {
            "dm" or "direct" => PeerKind.Direct,
            "group" => PeerKind.Group,
            "channel" => PeerKind.Channel,
            _ => PeerKind.Other,
        };
        var peer = new Peer(known, RoutingText.Trim(id));
        return known == PeerKind.Other ? peer with { Word = word } : peer;
    }

    public override string ToString() => $"{Word}:{Id}";
}
