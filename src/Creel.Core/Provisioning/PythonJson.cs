using System.Globalization;
using System.Text;
using System.Text.Json;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Provisioning;

/// <summary>JSON as Python writes it: a blank after each comma and colon, and ASCII alone.</summary>
public static class PythonJson
{
    public static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    /// <summary>For templates. A number that fits no 63 bits is a real one.</summary>
    internal static TemplateValue Value(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => TemplateValue.Of(
                value.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, Value(m.Value)))
            ),
            JsonValueKind.Array => TemplateValue.Of(value.EnumerateArray().Select(Value)),
            JsonValueKind.String => TemplateValue.Of(value.GetString()!),
            JsonValueKind.Number when IsWhole(value) && value.TryGetInt64(out var whole) => TemplateValue.Of(whole),
            JsonValueKind.Number => TemplateValue.Of(value.GetDouble()),
            JsonValueKind.True or JsonValueKind.False => TemplateValue.Of(value.GetBoolean()),
            _ => TemplateValue.None,
        };

    private static bool IsWhole(JsonElement number) => number.GetRawText().AsSpan().IndexOfAny(".eE") < 0;

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var (i, member) in value.EnumerateObject().Index())
                {
                    Quote(member.Name, text.Append(i > 0 ? ", " : ""));
                    Write(member.Value, text.Append(": "));
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var (i, item) in value.EnumerateArray().Index())
                {
                    Write(item, text.Append(i > 0 ? ", " : ""));
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                Quote(value.GetString()!, text);
                break;
            case JsonValueKind.Number:
                text.Append(IsWhole(value) ? value.GetRawText() : PythonNumber.Show(value.GetDouble()));
                break;
            default:
                text.Append(
                    value.ValueKind switch
                    {
                        JsonValueKind.True => "true",
                        JsonValueKind.False => "false",
                        _ => "null",
                    }
                );
                break;
        }
    }

    private static void Quote(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            text.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    '\f' => "\\f",
                    '\b' => "\\b",
                    < ' ' or > '\u007f' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ => c.ToString(),
                }
            );
        }

        text.Append('"');
    }
}
