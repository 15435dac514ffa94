using System.Text.Json;
using System.Text.Json.Serialization;

namespace Creel.Terminal;

/// <summary>Text that need not be: agents of the older system register with a number as id, or a list where text was meant.</summary>
internal sealed class LooseTextConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString()!;
        }

        using var element = JsonDocument.ParseValue(ref reader);
        return element.RootElement.GetRawText();
    }

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.GetString()!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}
