using System.Collections.Frozen;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Routing;

/// <summary>The channels that a message may come from.</summary>
internal static class KnownChannels
{
    private static readonly FrozenSet<string> BuiltIn = new[]
    {
        "bluebubbles",
        "discord",
        "feishu",
        "googlechat",
        "imessage",
        "irc",
        "line",
        "loopback",
        "matrix",
        "mattermost",
        "msteams",
        "nextcloud-talk",
        "nostr",
        "signal",
        "slack",
        "synology-chat",
        "telegram",
        "tlon",
        "twitch",
        "webchat",
        "whatsapp",
        "zalo",
        "zalouser",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Those, and what the configuration has a section for.</summary>
    public static IReadOnlySet<string> With(Json5Object? channels) =>
        channels is null || channels.Members.All(m => BuiltIn.Contains(RoutingText.Channel(m.Key)))
            ? BuiltIn
            : BuiltIn.Concat(channels.Members.Select(m => RoutingText.Channel(m.Key))).ToFrozenSet(StringComparer.Ordinal);
}
