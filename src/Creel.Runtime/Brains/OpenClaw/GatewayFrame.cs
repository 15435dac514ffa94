using System.Text.Json;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>One message of the gateway: an answer (<see cref="Id"/>) or an event (<see cref="Event"/>).</summary>
/// <param name="Error">Why an answer is no success, in the gateway's words.</param>
internal sealed record GatewayFrame(string? Id, bool Ok, string? Event, JsonElement Payload, string? Error)
{
    private const int LongestError = 500;

    /// <summary>Null: no message that means something here. Nothing that a peer sends makes it throw.</summary>
    public static GatewayFrame? Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            return Text(root, "type") switch
            {
                "event" when Text(root, "event") is { } name => new GatewayFrame(null, true, name, PayloadOf(root), null),
                "res" when Text(root, "id") is { } id => Answer(root, id),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A string of an object; null where there is none, or no text at all.</summary>
    public static string? Text(JsonElement value, string name)
    {
        try
        {
            return Field(value, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which JSON can write and no text can hold.
            return null;
        }
    }

    /// <summary>Of an object; null where there is none of this name.</summary>
    public static JsonElement? Field(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var field) ? field : null;

    private static GatewayFrame Answer(JsonElement root, string id)
    {
        var ok = Field(root, "ok") is { ValueKind: JsonValueKind.True };
        var error = ok ? null : Text(Field(root, "error") ?? default, "message") ?? "no reason given";
        return new GatewayFrame(id, ok, null, PayloadOf(root), Short(error));
    }

    private static JsonElement PayloadOf(JsonElement root) => Field(root, "payload")?.Clone() ?? default;

    private static string? Short(string? text) => text?.Length > LongestError ? text[..LongestError] + "…" : text;
}
