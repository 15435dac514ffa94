using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Creel.Core.Link;

/// <summary>Reads and writes envelopes. Whatever the bytes are, reading answers with an envelope or a sentence, and never throws.</summary>
public static class EnvelopeCodec
{
    /// <summary>The hub takes no longer message from an agent.</summary>
    public const int MaxMessage = 32 * 1024 * 1024;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 64 };

    /// <param name="message">One WebSocket text message; the payload of the result is a slice of it.</param>
    /// <param name="problem">Why it is no envelope.</param>
    public static Envelope? Read(ReadOnlyMemory<byte> message, out string? problem)
    {
        try
        {
            return ReadObject(message, out problem);
        }
        catch (JsonException e)
        {
            problem = $"not JSON (byte {e.BytePositionInLine ?? 0} of line {(e.LineNumber ?? 0) + 1})";
            return null;
        }
        catch (InvalidOperationException)
        {
            problem = "a string in it is not valid UTF-8 or UTF-16";
            return null;
        }
    }

    public static void Write(IBufferWriter<byte> output, Envelope envelope)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        if (envelope.Id is not null)
        {
            json.WriteString("id", envelope.Id);
        }

        json.WriteString("from", envelope.From);
        json.WriteString("to", envelope.To);
        json.WriteString("type", envelope.Type);
        if (envelope.Timestamp is { } timestamp)
        {
            json.WriteNumber("timestamp", timestamp);
        }

        if (!envelope.Payload.IsEmpty)
        {
            json.WritePropertyName("payload");
            json.WriteRawValue(envelope.Payload.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static Envelope? ReadObject(ReadOnlyMemory<byte> message, out string? problem)
    {
        var json = new Utf8JsonReader(message.Span, Strict);
        string? id = null,
            from = null,
            to = null,
            type = null;
        long? timestamp = null;
        ReadOnlyMemory<byte> payload = default;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            problem = "not a JSON object";
            return null;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "id":
                    id = Text(ref json);
                    break;
                case "from":
                    from = Text(ref json);
                    break;
                case "to":
                    to = Text(ref json);
                    break;
                case "type":
                    type = Text(ref json);
                    break;
                case "timestamp" when json.TokenType == JsonTokenType.Number:
                    timestamp = json.TryGetInt64(out var number) ? number : null;
                    break;
                case "payload":
                    var start = (int)json.TokenStartIndex;
                    json.Skip();
                    payload = message[start..(int)json.BytesConsumed];
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        if (json.Read())
        {
            problem = "more than one JSON value";
            return null;
        }

        problem = (from, to, type) switch
        {
            (null or "", _, _) => "'from' is missing",
            (_, null or "", _) => "'to' is missing",
            (_, _, null or "") => "'type' is missing",
            _ => null,
        };
        return problem is null ? new Envelope(id, from!, to!, type!, timestamp, payload) : null;
    }

    /// <summary>A string; a number as its text, since older agents had numeric ids; null for anything else.</summary>
    private static string? Text(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return json.GetString();
            case JsonTokenType.Number:
                return Encoding.UTF8.GetString(json.ValueSpan);
            default:
                json.Skip();
                return null;
        }
    }
}
