using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Creel.Core.Habitats.Json5;

/// <summary>Writes a tree as plain JSON.</summary>
public static class Json5Text
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Indented = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        NewLine = "\n",
    };

    /// <summary>JSON has no Infinity and no NaN: they become null.</summary>
    public static string Write(Json5Node node, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
        {
            Write(json, node);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter json, Json5Node node)
    {
        switch (node)
        {
            case Json5Object container:
                json.WriteStartObject();
                foreach (var member in container.Members)
                {
                    json.WritePropertyName(Whole(member.Key));
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case Json5Array list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case Json5String text:
                json.WriteStringValue(Whole(text.Value));
                break;
            case Json5Number number:
                WriteNumber(json, number);
                break;
            case Json5Bool flag:
                json.WriteBooleanValue(flag.Value);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, Json5Number number)
    {
        if (!double.IsFinite(number.Value))
        {
            json.WriteNullValue();
        }
        else if (IsJson(number.Text))
        {
            json.WriteRawValue(number.Text);
        }
        else
        {
            json.WriteRawValue(number.Value.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Whether a JSON5 number is one of JSON as it stands: long integers must not lose digits on the way.</summary>
    private static bool IsJson(string text)
    {
        var digits = text.StartsWith('-') ? text[1..] : text;
        var dot = digits.IndexOf('.', StringComparison.Ordinal);
        return char.IsAsciiDigit(digits[0])
            && !digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && (dot < 0 || (dot + 1 < digits.Length && char.IsAsciiDigit(digits[dot + 1])));
    }

    /// <summary>Half of a surrogate pair can't be written in UTF-8.</summary>
    internal static string Whole(string text) =>
        text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
