using System.Globalization;
using System.Text;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>
/// Reads JSON as the older parser's Python 3.11 did, with its error texts and positions: those texts are part of its output.
/// </summary>
internal sealed class PythonJsonReader
{
    private const int MaxDepth = 990;
    private static readonly Json5Place Nowhere = Json5Place.Root("");

    /// <summary>Code points, since Python counts in them.</summary>
    private readonly int[] text;
    private int depth;

    private PythonJsonReader(string text)
    {
        var points = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            points.Add(pair ? char.ConvertToUtf32(text[i], text[++i]) : text[i]);
        }

        this.text = [.. points];
    }

    /// <exception cref="PythonError">With the message of Python's own exception.</exception>
    public static Json5Node Read(string text)
    {
        var reader = new PythonJsonReader(text);
        if (reader.At(0) == 0xfeff)
        {
            throw reader.Wrong("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
        }

        var (node, end) = reader.Value(reader.Space(0));
        end = reader.Space(end);
        return end == reader.text.Length ? node : throw reader.Wrong("Extra data", end);
    }

    private int At(int index) => index < text.Length ? text[index] : -1;

    private int Space(int index)
    {
        while (At(index) is ' ' or '\t' or '\n' or '\r')
        {
            index++;
        }

        return index;
    }

    private (Json5Node Node, int End) Value(int index)
    {
        switch (At(index))
        {
            case '"':
                var (value, end) = String(index);
                return (new Json5String(Nowhere, value), end);
            case '{':
                return Nested(index, "object", Object);
            case '[':
                return Nested(index, "array", Array);
            case 'n' when Matches(index, "null"):
                return (new Json5Null(Nowhere), index + 4);
            case 't' when Matches(index, "true"):
                return (new Json5Bool(Nowhere, true), index + 4);
            case 'f' when Matches(index, "false"):
                return (new Json5Bool(Nowhere, false), index + 5);
            case 'N' when Matches(index, "NaN"):
                return (new Json5Number(Nowhere, double.NaN, "NaN"), index + 3);
            case 'I' when Matches(index, "Infinity"):
                return (new Json5Number(Nowhere, double.PositiveInfinity, "Infinity"), index + 8);
            case '-' when Matches(index, "-Infinity"):
                return (new Json5Number(Nowhere, double.NegativeInfinity, "-Infinity"), index + 9);
            default:
                return Number(index);
        }
    }

    private (Json5Node Node, int End) Nested(int index, string what, Func<int, (Json5Node, int)> read)
    {
        if (depth++ == MaxDepth)
        {
            throw new PythonError($"maximum recursion depth exceeded while decoding a JSON {what} from a unicode string");
        }

        var result = read(index);
        depth--;
        return result;
    }

    private (Json5Node Node, int End) Object(int index)
    {
        var members = new List<Json5Member>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        index = Space(index + 1);
        if (At(index) == '}')
        {
            return (new Json5Object(Nowhere, members), index + 1);
        }

        while (true)
        {
            if (At(index) != '"')
            {
                throw Wrong("Expecting property name enclosed in double quotes", index);
            }

            (var key, index) = String(index);
            index = Space(index);
            if (At(index) != ':')
            {
                throw Wrong("Expecting ':' delimiter", index);
            }

            (var value, index) = Value(Space(index + 1));
            if (places.TryGetValue(key, out var place))
            {
                members[place] = members[place] with { Value = value };
            }
            else
            {
                places[key] = members.Count;
                members.Add(new Json5Member(key, Nowhere, value));
            }

            index = Space(index);
            if (At(index) == '}')
            {
                return (new Json5Object(Nowhere, members), index + 1);
            }

            index = Comma(index);
        }
    }

    private (Json5Node Node, int End) Array(int index)
    {
        var items = new List<Json5Node>();
        index = Space(index + 1);
        if (At(index) == ']')
        {
            return (new Json5Array(Nowhere, items), index + 1);
        }

        while (true)
        {
            (var item, index) = Value(index);
            items.Add(item);
            index = Space(index);
            if (At(index) == ']')
            {
                return (new Json5Array(Nowhere, items), index + 1);
            }

            index = Comma(index);
        }
    }

    private int Comma(int index) => At(index) == ',' ? Space(index + 1) : throw Wrong("Expecting ',' delimiter", index);

    private (string Value, int End) String(int begin)
    {
        var value = new StringBuilder();
        for (var index = begin + 1; ; index++)
        {
            var c = At(index);
            switch (c)
            {
                case -1:
                    throw Wrong("Unterminated string starting at", begin);
                case '"':
                    return (value.ToString(), index + 1);
                case '\\':
                    index = Escape(begin, index, value);
                    break;
                case <= 0x1f:
                    throw Wrong("Invalid control character at", index);
                default:
                    value.Append(c > 0xffff ? char.ConvertFromUtf32(c) : ((char)c).ToString());
                    break;
            }
        }
    }

    /// <summary>Appends what the escape at <paramref name="index"/> stands for; returns its last character's place.</summary>
    private int Escape(int begin, int index, StringBuilder value)
    {
        var c = At(index + 1);
        if (c == -1)
        {
            throw Wrong("Unterminated string starting at", begin);
        }

        if (c != 'u')
        {
            var plain = "\"\\/bfnrt".IndexOf((char)c, StringComparison.Ordinal);
            value.Append(plain >= 0 && c < 0x80 ? "\"\\/\b\f\n\r\t"[plain] : throw Wrong("Invalid \\escape", index));
            return index + 1;
        }

        var code = 0;
        for (var i = index + 2; i < index + 6; i++)
        {
            var digit =
                At(i) is >= 0 and < 0x80 && char.IsAsciiHexDigit((char)At(i))
                    ? Convert.ToInt32(((char)At(i)).ToString(), 16)
                    : -1;
            code = digit < 0 || index + 6 >= text.Length ? throw Wrong("Invalid \\uXXXX escape", index + 1) : (code * 16) + digit;
        }

        value.Append((char)code);
        return index + 5;
    }

    private (Json5Node Node, int End) Number(int start)
    {
        var index = At(start) == '-' ? start + 1 : start;
        if (At(index) is not (>= '0' and <= '9'))
        {
            throw Wrong("Expecting value", start);
        }

        index = At(index) == '0' ? index + 1 : Digits(index);
        if (At(index) == '.' && At(index + 1) is >= '0' and <= '9')
        {
            index = Digits(index + 1);
        }

        if (At(index) is 'e' or 'E')
        {
            var exponent = At(index + 1) is '+' or '-' ? index + 2 : index + 1;
            index = At(exponent) is >= '0' and <= '9' ? Digits(exponent) : index;
        }

        var number = new string([.. text[start..index].Select(c => (char)c)]);
        return (new Json5Number(Nowhere, double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture), number), index);
    }

    private int Digits(int index)
    {
        while (At(index) is >= '0' and <= '9')
        {
            index++;
        }

        return index;
    }

    private bool Matches(int index, string word) =>
        index + word.Length <= text.Length && word.Select((c, i) => text[index + i] == c).All(same => same);

    private PythonError Wrong(string message, int index)
    {
        var before = text.AsSpan(0, Math.Min(index, text.Length));
        var line = before.Count('\n') + 1;
        var column = index - before.LastIndexOf('\n');
        return new PythonError(
            string.Create(CultureInfo.InvariantCulture, $"{message}: line {line} column {column} (char {index})")
        );
    }
}
