using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Creel.Core.Sessions;

/// <summary>A turn as the task that an agent gets.</summary>
public static class TurnPayload
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="request">The carrier's.</param>
    /// <param name="message">All that goes into the turn.</param>
    /// <param name="images">Of all that goes into it.</param>
    /// <param name="steers">What comes meanwhile is for it to hear, if it asks.</param>
    public static ReadOnlyMemory<byte> Write(
        TurnRequest request,
        string message,
        SessionEntry session,
        TimeSpan timeout,
        bool owner,
        bool steers = false,
        IReadOnlyList<string>? images = null
    )
    {
        var body = new ArrayBufferWriter<byte>(256 + message.Length);
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            json.WriteStartObject();
            json.WriteString("type", "turn");
            json.WriteString("message", message);
            json.WriteString("sessionKey", session.Key);
            json.WriteString("sessionId", session.SessionId);
            Text(json, "model", request.Model ?? session.Model);
            Text(json, "thinking", request.Thinking ?? session.ThinkingLevel);
            Text(json, "reasoning", session.ReasoningLevel);
            Text(json, "verbose", session.VerboseLevel);
            Text(json, "elevated", session.ElevatedLevel);
            Text(json, "system", request.ExtraSystemPrompt);
            if (request.Origin is { } origin)
            {
                Origin(json, origin, owner);
            }

            if (request.Subagent)
            {
                json.WriteBoolean("subagent", true);
            }

            if (images is { Count: > 0 })
            {
                json.WriteStartArray("images");
                foreach (var image in images)
                {
                    json.WriteStringValue(image);
                }

                json.WriteEndArray();
            }

            if (request.HistoryTurns is { } turns)
            {
                json.WriteNumber("historyTurns", turns);
            }

            if (steers)
            {
                json.WriteBoolean("steer", true);
            }

            json.WriteNumber("timeout", Math.Max((long)timeout.TotalMilliseconds, 1));
            json.WriteEndObject();
        }

        return body.WrittenMemory;
    }

    private static void Origin(Utf8JsonWriter json, TurnOrigin origin, bool owner)
    {
        json.WriteStartObject("origin");
        json.WriteString("channel", origin.Channel);
        json.WriteString("accountId", origin.AccountId);
        if (origin.Peer is { } peer)
        {
            json.WriteStartObject("peer");
            json.WriteString("kind", peer.Word);
            json.WriteString("id", peer.Id);
            json.WriteEndObject();
        }

        Text(json, "threadId", origin.ThreadId);
        Text(json, "messageId", origin.MessageId);
        Text(json, "senderId", origin.SenderId);
        Text(json, "senderName", origin.SenderName);
        json.WriteBoolean("owner", owner);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
