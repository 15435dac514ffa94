using System.Globalization;
using System.Text.Json;
using Creel.Core.Channels;
using Creel.Core.Routing;

namespace Creel.Adapters.Telegram;

/// <summary>Reads updates of the Bot API. What is none of ours, or makes no sense, is passed over: nothing of it stops the rest.</summary>
internal sealed class TelegramUpdates(ChannelAccount account, TelegramMe me)
{
    /// <summary>The topic that every forum has.</summary>
    public const long GeneralTopic = 1;

    private const int LongestQuote = 200;

    private static readonly string[] Media = ["animation", "audio", "document", "sticker", "video", "video_note", "voice"];

    /// <returns>Null: no message for us is in it.</returns>
    public InboundMessage? Read(JsonElement update)
    {
        // Edits and posts of channels are not asked for, and not taken where they come all the same.
        var message = Json.Object(update, "message");
        var (chat, from) = (Json.Object(message, "chat"), Json.Object(message, "from"));
        if (
            Json.Number(message, "message_id") is not { } id
            || Json.Number(chat, "id") is not { } room
            || Json.Number(from, "id") is not { } sender
        )
        {
            return null;
        }

        var (peer, parent, thread) = Place(message, chat, room);
        var text = Json.Text(message, "text") ?? Json.Text(message, "caption") ?? "";
        var entities = Json.Has(message, "text") ? "entities" : "caption_entities";
        var answered = Json.Object(message, "reply_to_message");
        return new InboundMessage(
            account,
            Invariant($"{room}:{id}"),
            peer,
            new Sender(Invariant($"{sender}"), Name(from), Json.Text(from, "username"), Json.Flag(from, "is_bot") == true),
            text,
            At(Json.Number(message, "date"))
        )
        {
            ParentPeer = parent,
            ThreadId = thread,
            PeerName = Json.Text(chat, "title"),
            Attachments = [.. Attachments(message)],
            Mentions = Mentions(message, entities, text, answered),
            Quoted = Quoted(answered),
        };
    }

    private static (Peer Peer, Peer? Parent, string? Thread) Place(JsonElement message, JsonElement chat, long room)
    {
        var thread = Json.Number(message, "message_thread_id");
        if (Json.Text(chat, "type") is not ("group" or "supergroup" or "channel"))
        {
            return (new Peer(PeerKind.Direct, Invariant($"{room}")), null, thread is { } t ? Invariant($"{t}") : null);
        }

        var group = new Peer(PeerKind.Group, Invariant($"{room}"));
        if (Json.Flag(chat, "is_forum") != true)
        {
            // In other groups a thread is a chain of answers, and no place of its own.
            return (group, null, null);
        }

        var topic = Json.Flag(message, "is_topic_message") == true ? thread ?? GeneralTopic : GeneralTopic;
        return (new Peer(PeerKind.Group, Invariant($"{room}:topic:{topic}")), group, null);
    }

    private Mentions Mentions(JsonElement message, string entities, string text, JsonElement answered)
    {
        var (us, others) = (false, false);
        foreach (var entity in Json.Items(message, entities))
        {
            var part = Part(text, Json.Number(entity, "offset"), Json.Number(entity, "length"));
            switch (Json.Text(entity, "type"))
            {
                case "mention":
                    var named = part.Length > 1 && part[1..].Equals(me.Username, StringComparison.OrdinalIgnoreCase);
                    (us, others) = (us || named, others || !named);
                    break;
                case "text_mention":
                    var meant = Json.Number(Json.Object(entity, "user"), "id") == me.Id;
                    (us, others) = (us || meant, others || !meant);
                    break;
                case "bot_command" when part.IndexOf('@') is var at and > 0:
                    var ours = part[(at + 1)..].Equals(me.Username, StringComparison.OrdinalIgnoreCase);
                    (us, others) = (us || ours, others || !ours);
                    break;
            }
        }

        // The first message of a topic is answered by all others in it.
        var reply = Json.Number(Json.Object(answered, "from"), "id") == me.Id && !Json.Has(answered, "forum_topic_created");
        return new Mentions(us, reply, others);
    }

    private static IEnumerable<Attachment> Attachments(JsonElement message)
    {
        // The same picture in several sizes; the last is the largest.
        if (Json.Items(message, "photo").LastOrDefault() is { ValueKind: JsonValueKind.Object } photo)
        {
            if (Json.Text(photo, "file_id") is { } id)
            {
                yield return new Attachment("photo", id, Size: Json.Number(photo, "file_size"));
            }
        }

        foreach (var kind in Media)
        {
            var media = Json.Object(message, kind);
            var twice = kind == "document" && Json.Has(message, "animation");
            if (!twice && Json.Text(media, "file_id") is { } id)
            {
                yield return new Attachment(
                    kind,
                    id,
                    Json.Text(media, "file_name") ?? Json.Text(media, "emoji"),
                    Json.Text(media, "mime_type"),
                    Json.Number(media, "file_size")
                );
            }
        }
    }

    private static string? Quoted(JsonElement answered)
    {
        if (Json.Has(answered, "forum_topic_created"))
        {
            return null;
        }

        var text = (Json.Text(answered, "text") ?? Json.Text(answered, "caption"))?.ReplaceLineEndings(" ");
        if (text is null || text.Length <= LongestQuote)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote;
        return text[..end] + "…";
    }

    private static string Part(string text, long? offset, long? length) =>
        offset is { } from and >= 0 && length is { } count and > 0 && from < text.Length && count <= text.Length - from
            ? text.Substring((int)from, (int)count)
            : "";

    private static string? Name(JsonElement from)
    {
        var name = $"{Json.Text(from, "first_name")} {Json.Text(from, "last_name")}".Trim();
        return name.Length > 0 ? name : null;
    }

    private static DateTimeOffset At(long? seconds) =>
        seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds.Value) : DateTimeOffset.UnixEpoch;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
