using System.Text.Json.Nodes;

namespace Creel.Samples.Telegram;

/// <summary>Messages in the shape of the Bot API's documentation.</summary>
public static class Payloads
{
    private static long next = 100;

    public static JsonObject Direct(long user, string? text, string name = "Ann") =>
        Message(
            User(user, name),
            new JsonObject
            {
                ["id"] = user,
                ["type"] = "private",
                ["first_name"] = name,
            },
            text
        );

    public static JsonObject Group(long chat, long user, string? text, string name = "Ann", bool forum = false) =>
        Message(
            User(user, name),
            new JsonObject
            {
                ["id"] = chat,
                ["type"] = "supergroup",
                ["title"] = "Springfield",
                ["is_forum"] = forum ? true : null,
            },
            text
        );

    public static JsonObject User(long id, string name, bool bot = false) =>
        new()
        {
            ["id"] = id,
            ["is_bot"] = bot,
            ["first_name"] = name,
            ["last_name"] = "Smith",
            ["username"] = name.ToLowerInvariant(),
            ["language_code"] = "en",
        };

    public static JsonObject Message(JsonObject from, JsonObject chat, string? text)
    {
        var message = new JsonObject
        {
            ["message_id"] = Interlocked.Increment(ref next),
            ["from"] = from,
            ["chat"] = chat,
            ["date"] = 1_700_000_000,
        };
        if (text is not null)
        {
            message["text"] = text;
        }

        return message;
    }

    /// <summary>With an entity over the first place where a part of its text stands.</summary>
    public static JsonObject With(
        this JsonObject message,
        string type,
        string part,
        JsonObject? user = null,
        bool caption = false
    )
    {
        var text = (string)message[caption ? "caption" : "text"]!;
        var entity = new JsonObject
        {
            ["type"] = type,
            ["offset"] = text.IndexOf(part, StringComparison.Ordinal),
            ["length"] = part.Length,
        };
        if (user is not null)
        {
            entity["user"] = user;
        }

        var name = caption ? "caption_entities" : "entities";
        if (message[name] is not JsonArray entities)
        {
            message[name] = entities = [];
        }

        entities.Add((JsonNode)entity);
        return message;
    }

    public static JsonObject And(this JsonObject message, string name, JsonNode value)
    {
        message[name] = value;
        return message;
    }
}
