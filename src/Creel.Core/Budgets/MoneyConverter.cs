using System.Text.Json;
using System.Text.Json.Serialization;

namespace Creel.Core.Budgets;

/// <summary>Money in JSON is a number of nano-dollars: exact, and nobody takes it for dollars.</summary>
public sealed class MoneyConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Nanos);
}
