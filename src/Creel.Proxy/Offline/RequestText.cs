using System.Text.Json;

namespace Creel.Proxy.Offline;

/// <summary>Takes out of a request what an answer needs. What is not there, or something else, is as good as nothing.</summary>
internal static class RequestText
{
    public static JsonElement Below(this JsonElement node, string name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var value) ? value : default;

    public static string? Word(this JsonElement node, string name) =>
        node.Below(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool Flag(this JsonElement node, string name) => node.Below(name).ValueKind == JsonValueKind.True;

    public static long? Number(this JsonElement node, string name) =>
        node.Below(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    public static IReadOnlyList<JsonElement> List(this JsonElement node, string name) => node.Below(name).Items();

    public static IReadOnlyList<JsonElement> Items(this JsonElement node) =>
        node.ValueKind == JsonValueKind.Array ? [.. node.EnumerateArray()] : [];

    /// <summary>A text, or blocks of which some have one: those, a line each.</summary>
    public static string Text(this JsonElement content) =>
        content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : string.Join('\n', content.Items().Select(block => block.Word("text")).OfType<string>());

    /// <summary>The names of the tools that it offers.</summary>
    /// <param name="inside">Where the name is, if not in the tool itself.</param>
    public static HashSet<string> Tools(this JsonElement root, string? inside = null) =>
        [.. root.List("tools").Select(tool => (inside is null ? tool : tool.Below(inside)).Word("name")).OfType<string>()];
}
