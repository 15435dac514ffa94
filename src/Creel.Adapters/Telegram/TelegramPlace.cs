using System.Globalization;
using Creel.Core.Routing;

namespace Creel.Adapters.Telegram;

/// <summary>Where a message goes, in Telegram's own words.</summary>
/// <param name="Thread">Null: none, or the general topic, which a message must not name.</param>
/// <param name="TypingThread">The general topic too, which the sign of writing must name.</param>
internal sealed record TelegramPlace(long Chat, long? Thread, long? TypingThread)
{
    private const string Topic = ":topic:";

    /// <returns>Null: the peer's id is no chat.</returns>
    public static TelegramPlace? Of(Peer peer, string? threadId)
    {
        var at = peer.Id.IndexOf(Topic, StringComparison.Ordinal);
        var thread = Number(at < 0 ? threadId : peer.Id[(at + Topic.Length)..]);
        return Number(at < 0 ? peer.Id : peer.Id[..at]) is { } chat
            ? new TelegramPlace(chat, at >= 0 && thread == TelegramUpdates.GeneralTopic ? null : thread, thread)
            : null;
    }

    /// <summary>The number of a message, by the id that we gave it.</summary>
    public static long? Message(string? id) => Number(id?[(id.LastIndexOf(':') + 1)..]);

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
