using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>Reads what a gateway answered without believing that it has the shape it should.</summary>
public static class Payloads
{
    /// <returns>Undefined where there is none.</returns>
    public static JsonElement Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) ? found : default;

    public static string? Text(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    public static int? Number(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out var number) ? number : null;

    /// <summary>Members of an object or an array; 0 of anything else.</summary>
    public static int Count(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value.GetPropertyCount(),
            JsonValueKind.Array => value.GetArrayLength(),
            _ => 0,
        };

    public static bool Flag(JsonElement value, string name) => Member(value, name).ValueKind == JsonValueKind.True;

    /// <summary>To be written again.</summary>
    public static JsonNode? Node(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => JsonObject.Create(value),
            JsonValueKind.Array => JsonArray.Create(value),
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            _ => JsonValue.Create(value),
        };
}
