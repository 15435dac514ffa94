using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Creel.Core.Work;

namespace Creel.Core.Sessions;

/// <summary>A turn as the task that an agent gets.</summary>
public static class TurnPayload
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="request">The carrier's.</param>
    /// <param name="message">All that goes into the turn.</param>
    /// <param name="behalf">Of all whose text goes into it.</param>
    /// <param name="elevated">They may ask for what is elevated.</param>
    /// <param name="leaf">Of a helper: it may have none of its own.</param>
    /// <param name="images">Of all that goes into it.</param>
    /// <param name="steers">What comes meanwhile is for it to hear, if it asks.</param>
    public static ReadOnlyMemory<byte> Write(
        TurnRequest request,
        string message,
        SessionEntry session,
        TimeSpan timeout,
        TurnBehalf behalf,
        bool elevated,
        bool leaf,
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
            Text(json, "elevated", elevated ? session.ElevatedLevel : null);
            Text(json, "system", request.ExtraSystemPrompt);
            if (request.Origin is not null || !behalf.IsUnlimited)
            {
                Origin(json, request.Origin, behalf);
            }

            // Whatever is said in a helper's session, it is the helper who answers.
            if (request.Subagent || session.SpawnedBy is not null)
            {
                json.WriteBoolean("subagent", true);
                json.WriteBoolean("leaf", leaf);
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

    /// <summary>Whether a task is a turn; one that is no task at all is none.</summary>
    public static bool IsTurn(ReadOnlySpan<byte> task)
    {
        try
        {
            return TaskPayload.Read(task, lenient: true).Type == "turn";
        }
        catch (CreelException)
        {
            return false;
        }
    }

    /// <summary>A turn that another agent wrote, with on whose behalf in the place of what that one said of it.</summary>
    /// <exception cref="CreelException">It has a name that is no text.</exception>
    public static ReadOnlyMemory<byte> OnBehalf(ReadOnlyMemory<byte> task, TurnBehalf behalf)
    {
        if (behalf.IsUnlimited)
        {
            return task;
        }

        using var written = JsonDocument.Parse(task);
        var body = new ArrayBufferWriter<byte>(task.Length + 256);
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            json.WriteStartObject();
            try
            {
                foreach (var member in written.RootElement.EnumerateObject().Where(m => m.Name != "origin"))
                {
                    member.WriteTo(json);
                }
            }
            catch (InvalidOperationException)
            {
                throw new CreelException(Fault.Invalid("json", "the task has a name or a text that is no text"));
            }

            Origin(json, null, behalf);
            json.WriteEndObject();
        }

        return body.WrittenMemory;
    }

    /// <summary>Where it came from; of a turn that follows from another one only on whose behalf.</summary>
    private static void Origin(Utf8JsonWriter json, TurnOrigin? origin, TurnBehalf behalf)
    {
        json.WriteStartObject("origin");
        Text(json, "channel", origin?.Channel);
        Text(json, "accountId", origin?.AccountId);
        if (origin?.Peer is { } peer)
        {
            json.WriteStartObject("peer");
            json.WriteString("kind", peer.Word);
            json.WriteString("id", peer.Id);
            json.WriteEndObject();
        }

        Text(json, "threadId", origin?.ThreadId);
        Text(json, "messageId", origin?.MessageId);
        Text(json, "senderId", origin?.SenderId);
        Text(json, "senderName", origin?.SenderName);
        json.WriteBoolean("owner", behalf.Owner);
        if (behalf.Limits.Count > 0)
        {
            json.WriteStartArray("tools");
            foreach (var limit in behalf.Limits)
            {
                json.WriteStartObject();
                json.WriteString("from", limit.From);
                Words(json, "allow", limit.List.Allow);
                Words(json, "alsoAllow", limit.List.AlsoAllow);
                Words(json, "deny", limit.List.Deny);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Words(Utf8JsonWriter json, string name, IReadOnlyList<string>? words)
    {
        if (words is not null)
        {
            json.WriteStartArray(name);
            foreach (var word in words)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
