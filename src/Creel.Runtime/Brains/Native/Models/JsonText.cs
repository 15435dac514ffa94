using System.Text.Json;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>Takes out of JSON what is there; what is not, or something else, is as good as nothing.</summary>
internal static class JsonText
{
    public static JsonElement Below(this JsonElement node, string name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var value) ? value : default;

    public static string? Word(this JsonElement node, string name) =>
        node.Below(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long Number(this JsonElement node, string name) =>
        node.Below(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : 0;

    public static IEnumerable<JsonElement> Items(this JsonElement node, string name) =>
        node.Below(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>Null: it is no JSON.</summary>
    public static JsonElement? Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The sentence of an error's body, and its word; the body's beginning where it has none.</summary>
    public static (string Said, string? Code) Error(string? body)
    {
        if (body is not null && Parse(body) is { } json)
        {
            var error = json.Below("error");
            var said =
                error.ValueKind == JsonValueKind.String ? error.GetString() : error.Word("message") ?? json.Word("message");
            if (said is not null)
            {
                return (said, error.Word("code") ?? error.Word("type") ?? json.Word("code"));
            }
        }

        var plain = string.Concat((body ?? "").Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return (plain.Length > 300 ? plain[..300] + "…" : plain, null);
    }
}
