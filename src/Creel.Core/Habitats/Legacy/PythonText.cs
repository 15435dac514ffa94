using System.Globalization;
using System.Text;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>How Python names and prints values; the older parser's output is full of it.</summary>
internal static class PythonText
{
    public static string TypeName(Json5Node node) =>
        node switch
        {
            Json5Object => "dict",
            Json5Array => "list",
            Json5String => "str",
            Json5Number number => IsInteger(number) ? "int" : "float",
            Json5Bool => "bool",
            _ => "NoneType",
        };

    public static bool IsInteger(Json5Number number) => number.Text.AsSpan().IndexOfAny(".eENI") < 0;

    /// <summary><c>str(value)</c>.</summary>
    public static string Str(Json5Node node) => node is Json5String text ? text.Value : Repr(node);

    public static bool IsTrue(Json5Node? node) =>
        node switch
        {
            Json5Object o => o.Members.Count > 0,
            Json5Array a => a.Items.Count > 0,
            Json5String s => s.Value.Length > 0,
            Json5Number n => n.Value != 0,
            Json5Bool b => b.Value,
            _ => false,
        };

    private static string Repr(Json5Node node) =>
        node switch
        {
            Json5Object o => $"{{{string.Join(", ", o.Members.Select(m => $"{Quoted(m.Key)}: {Repr(m.Value)}"))}}}",
            Json5Array a => $"[{string.Join(", ", a.Items.Select(Repr))}]",
            Json5String s => Quoted(s.Value),
            Json5Number n => IsInteger(n) ? Integer(n.Text) : Float(n.Value),
            Json5Bool b => b.Value ? "True" : "False",
            _ => "None",
        };

    private static string Integer(string text) => text == "-0" ? "0" : text;

    /// <summary>The shortest text that reads back the same; an exponent from 1e16 up and below 1e-4.</summary>
    private static string Float(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan"
                : value > 0 ? "inf"
                : "-inf";
        }

        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var exponent =
            value == 0
                ? 0
                : int.Parse(scientific[(scientific.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (exponent is < 16 and >= -4)
        {
            var plain = shortest.Contains('E', StringComparison.Ordinal)
                ? ((decimal)value).ToString(CultureInfo.InvariantCulture)
                : shortest;
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }

        var digits = shortest
            .Split('E')[0]
            .Replace(".", "", StringComparison.Ordinal)
            .Replace("-", "", StringComparison.Ordinal)
            .Trim('0');
        var sign = value < 0 ? "-" : "";
        var fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}"
        );
    }

    private static string Quoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var result = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            result.Append(
                c switch
                {
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    _ when c == quote => $"\\{c}",
                    < ' ' or '\x7f' => $"\\x{(int)c:x2}",
                    _ => c.ToString(),
                }
            );
        }

        return result.Append(quote).ToString();
    }
}
