using System.Collections.Frozen;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Routing;

/// <summary>The channels that a message may come from.</summary>
internal static class KnownChannels
{
    private static readonly FrozenSet<string> BuiltIn = new[]
    {
        "a2a",
        "bluebubbles",
        "buzz",
        "clickclack",
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
        "raft",
        "reef",
        "signal",
        "slack",
        "sms",
        "synology-chat",
        "telegram",
        "tlon",
        "twitch",
        "webchat",
        "whatsapp",
        "zalo",
        "zalouser",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Short names that people use; no route knows them.</summary>
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["gchat"] = "googlechat",
        ["google-chat"] = "googlechat",
        ["imsg"] = "imessage",
        ["internet-relay-chat"] = "irc",
        ["teams"] = "msteams",
        ["tg"] = "telegram",
        ["wa"] = "whatsapp",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> All => BuiltIn;

    public static bool IsBuiltIn(string channel) => BuiltIn.Contains(channel);

    /// <returns>What was probably meant; null where nothing is like it.</returns>
    public static string? Meant(string channel, IEnumerable<string> known) =>
        Aliases.TryGetValue(channel, out var full) ? full : Spelling.Closest(channel, known.Order(StringComparer.Ordinal));

    /// <summary>Those, and what the configuration has a section for.</summary>
    public static IReadOnlySet<string> With(Json5Object? channels) =>
        channels is null || channels.Members.All(m => BuiltIn.Contains(RoutingText.Channel(m.Key)))
            ? BuiltIn
            : BuiltIn.Concat(channels.Members.Select(m => RoutingText.Channel(m.Key))).ToFrozenSet(StringComparer.Ordinal);
}
