using System.Text.Json;

namespace Creel.Server.Web;

/// <summary>Reads JSON whose sender is not trusted to write Unicode: what is no text is as if it were not there.</summary>
internal static class LooseJson
{
    /// <summary>Null where it is no object, or one whose own names are no text.</summary>
    public static JsonElement? Object(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return IsObject(document.RootElement) ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An object that may be asked for its fields: their names are text.</summary>
    public static bool IsObject(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        try
        {
            foreach (var field in json.EnumerateObject())
            {
                _ = field.Name;
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Null where the field is absent, no string, or half a character.</summary>
    public static string? Text(JsonElement json, string name)
    {
        try
        {
            return json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
