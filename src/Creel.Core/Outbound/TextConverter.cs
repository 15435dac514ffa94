using System.Text.Json;
using System.Text.Json.Serialization;

namespace Creel.Core.Outbound;

/// <summary>A value that is one string in JSON.</summary>
internal abstract class TextConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()!) : throw new JsonException();
        }
        catch (CreelException e)
        {
            throw new JsonException(e.Fault.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value!.ToString());

    protected abstract T Parse(string text);
}

internal sealed class AgentIdText : TextConverter<AgentId>
{
    protected override AgentId Parse(string text) => AgentId.Parse(text);
}

internal sealed class GroupIdText : TextConverter<GroupId>
{
    protected override GroupId Parse(string text) => GroupId.Parse(text);
}

/// <summary>It becomes a folder's name, so nothing but its own alphabet passes.</summary>
internal sealed class CellIdText : TextConverter<CellId>
{
    protected override CellId Parse(string text) =>
        text.Length == 8 && text.All(char.IsAsciiHexDigitLower)
            ? new CellId(text)
            : throw new CreelException(Fault.Invalid("cell-id", $"{Slug.Quote(text)} is no cell: 8 hexadecimal digits"));
}

internal sealed class EgressRuleText : TextConverter<EgressRule>
{
    protected override EgressRule Parse(string text) => EgressRule.Parse(text);
}
