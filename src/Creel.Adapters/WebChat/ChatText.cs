using System.Text;
using System.Text.Json;
using Creel.Core.Channels;

namespace Creel.Adapters.WebChat;

/// <summary>What a client and we say to each other, a JSON object a text.</summary>
internal sealed record ChatText(string Type, string? Id, string? Text, string? Token, string? Peer, string? Name)
{
    /// <returns>Null: it is none.</returns>
    public static ChatText? Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object && Field(root, "type") is { } type
                ? new ChatText(
                    type,
                    Field(root, "id"),
                    Field(root, "text"),
                    Field(root, "token"),
                    Field(root, "peer"),
                    Field(root, "name")
                )
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string Of(string type, params (string Name, string? Value)[] fields)
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            foreach (var (name, value) in fields.Where(f => f.Value is not null))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    public static string Hello(string peer) => Of("hello", ("peer", peer));

    public static string Taken(string id) => Of("taken", ("id", id));

    public static string Error(string? id, string message) => Of("error", ("id", id), ("message", message));

    public static string Draft(string run, string text) => Of("draft", ("run", run), ("text", text));

    public static string Message(OutboundMessage message, string id) =>
        Of("message", ("id", id), ("run", message.RunId), ("text", message.Text));

    private static string? Field(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
