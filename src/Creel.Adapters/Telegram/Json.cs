using System.Text.Json;

namespace Creel.Adapters.Telegram;

/// <summary>Takes values out of JSON that somebody else wrote: what is missing or of another type is null.</summary>
internal static class Json
{
    public static JsonElement Object(JsonElement json, string name) =>
        Value(json, name) is { ValueKind: JsonValueKind.Object } value ? value : default;

    public static string? Text(JsonElement json, string name)
    {
        try
        {
            return Value(json, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character is no text.
            return null;
        }
    }

    public static long? Number(JsonElement json, string name) =>
        Value(json, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static bool? Flag(JsonElement json, string name) =>
        Value(json, name)?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    public static bool Has(JsonElement json, string name) => Value(json, name) is not null;

    public static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        Value(json, name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    private static JsonElement? Value(JsonElement json, string name)
    {
        try
        {
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // A name that is no text, somewhere in it.
            return null;
        }
    }
}
