using System.Text.Json;

namespace Creel.Proxy.Dialects;

/// <summary>Reads what a provider counted. A number that is none makes all of it unusable.</summary>
internal static class UsageNumbers
{
    private const long Most = 1_000_000_000_000;

    public static T? Read<T>(ReadOnlySpan<byte> json, Func<JsonElement, T?> read)
        where T : class
    {
        if (json.IsEmpty)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Null where it is not there, or is null.</summary>
    /// <exception cref="FormatException">It is no count.</exception>
    public static long? Count(JsonElement holder, string name) =>
        holder.ValueKind != JsonValueKind.Object
        || !holder.TryGetProperty(name, out var value)
        || value.ValueKind == JsonValueKind.Null
            ? null
        : value.TryGetInt64(out var count) && count is >= 0 and <= Most ? count
        : throw new FormatException();

    public static JsonElement Below(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var value) ? value : default;
}
