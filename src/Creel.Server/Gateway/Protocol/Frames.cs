using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>What we send, as bytes.</summary>
internal static class Frames
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Answer(string id, JsonNode? payload) =>
        Write(json =>
        {
            json.WriteString("type", "res");
            json.WriteString("id", id);
            json.WriteBoolean("ok", true);
            Payload(json, payload);
        });

    /// <param name="payload">Some errors come with one as well.</param>
    public static ReadOnlyMemory<byte> Refusal(string id, GatewayError error, JsonNode? payload = null) =>
        Write(json =>
        {
            json.WriteString("type", "res");
            json.WriteString("id", id);
            json.WriteBoolean("ok", false);
            if (payload is not null)
            {
                Payload(json, payload);
            }

            json.WritePropertyName("error");
            error.ToJson().WriteTo(json);
        });

    /// <param name="payload">As UTF-8, made once for all who get it.</param>
    /// <param name="sequence">Null: an event outside the row.</param>
    public static ReadOnlyMemory<byte> Event(string name, ReadOnlyMemory<byte> payload, long? sequence) =>
        Write(json =>
        {
            json.WriteString("type", "event");
            json.WriteString("event", name);
            json.WritePropertyName("payload");
            json.WriteRawValue(payload.Span, skipInputValidation: true);
            if (sequence is { } number)
            {
                json.WriteNumber("seq", number);
            }
        });

    public static ReadOnlyMemory<byte> Bytes(JsonNode payload)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            payload.WriteTo(json);
        }

        return buffer.ToArray();
    }

    private static void Payload(Utf8JsonWriter json, JsonNode? payload)
    {
        json.WritePropertyName("payload");
        if (payload is null)
        {
            json.WriteNullValue();
        }
        else
        {
            payload.WriteTo(json);
        }
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
