using System.Globalization;
using System.Text;

namespace Creel.Core.Habitats.Json5;

/// <summary>Strings, names, numbers and words.</summary>
internal sealed class Json5Scalars(Json5Cursor cursor, Action<Json5Place, string> report)
{
    /// <summary>A string in either quotes; null where it never ends. A wrong escape is told and left out.</summary>
    public string? String(Json5Place at)
    {
        var quote = cursor.Here;
        var text = new StringBuilder();
        cursor.Advance();
        while (!cursor.AtEnd && cursor.Here is not ('\n' or '\r'))
        {
            var c = cursor.Here;
            if (c == quote)
            {
                cursor.Advance();
                return text.ToString();
            }

            if (c == '\\')
            {
                Escape(at, text);
            }
            else
            {
                text.Append(c);
                cursor.Advance();
            }
        }

        report(at, $"this string is never closed: {quote} is missing before the end of the line");
        return null;
    }

    /// <summary>Passes a string without looking into it; an unclosed one ends with its line.</summary>
    public void SkipString()
    {
        var quote = cursor.Here;
        cursor.Advance();
        while (!cursor.AtEnd && cursor.Here is not ('\n' or '\r'))
        {
            var c = cursor.Here;
            cursor.Advance(c == '\\' ? 2 : 1);
            if (c == quote)
            {
                return;
            }
        }
    }

    /// <summary>A key without quotes; null where there is none.</summary>
    public string? Name(Json5Place at, Func<string> shown)
    {
        var name = new StringBuilder();
        while (true)
        {
            var code = cursor.CodePoint(out var length);
            var escaped = code == '\\' && cursor.Peek(1) == 'u';
            if (escaped)
            {
                if (!Hex(2, 4, out code))
                {
                    report(at.Moved(cursor.Line, cursor.Column), "\\u in a key needs four hexadecimal digits");
                    return null;
                }

                length = 6;
            }

            if (cursor.AtEnd || !(name.Length == 0 ? Json5Cursor.IsNameStart(code) : Json5Cursor.IsNamePart(code)))
            {
                if (name.Length == 0 || escaped)
                {
                    report(
                        at,
                        $"expected a key, found {shown()}; a key with other signs than letters, digits, '_' and '$' needs quotes"
                    );
                    return null;
                }

                return name.ToString();
            }

            name.Append(code > 0xffff ? char.ConvertFromUtf32(code) : ((char)code).ToString());
            cursor.Advance(length);
        }
    }

    /// <summary><c>true</c>, <c>false</c>, <c>null</c>, <c>Infinity</c>, <c>NaN</c>.</summary>
    public Json5Node? Word(Json5Place at, string shown)
    {
        var word = TakeWord();
        switch (word)
        {
            case "true" or "false":
                return new Json5Bool(at, word == "true");
            case "null":
                return new Json5Null(at);
            case "Infinity":
                return new Json5Number(at, double.PositiveInfinity, word);
            case "NaN":
                return new Json5Number(at, double.NaN, word);
            case "":
                report(at, $"expected a value, found {shown}");
                return null;
            default:
                report(at, $"{Slug.Quote(word)} is not a value; a text needs quotes");
                return null;
        }
    }

    public Json5Number? Number(Json5Place at)
    {
        var start = cursor.Position;
        var sign = cursor.Here == '-' ? -1 : 1;
        if (cursor.Here is '+' or '-')
        {
            cursor.Advance();
        }

        double? value;
        if (cursor.Here is 'I' or 'N')
        {
            value = TakeWord() switch
            {
                "Infinity" => sign * double.PositiveInfinity,
                "NaN" => double.NaN,
                _ => null,
            };
        }
        else if (cursor.Here == '0' && cursor.Peek(1) is 'x' or 'X')
        {
            cursor.Advance(2);
            value = TakeHex() is { } hex ? sign * hex : null;
        }
        else
        {
            value = TakeDecimal() is { } number ? sign * number : null;
        }

        if (value is null || Json5Cursor.IsNamePart(cursor.CodePoint(out _)) || cursor.Here == '.')
        {
            TakeWord();
            report(at, $"{Slug.Quote(cursor.Since(start))} is not a number; a text needs quotes");
            return null;
        }

        return new Json5Number(at, value.Value, cursor.Since(start));
    }

    private double? TakeDecimal()
    {
        var start = cursor.Position;
        var whole = TakeDigits();
        if (whole > 1 && cursor.Since(start)[0] == '0')
        {
            return null;
        }

        var part = 0;
        if (cursor.Here == '.')
        {
            cursor.Advance();
            part = TakeDigits();
        }

        if (whole + part == 0)
        {
            return null;
        }

        if (cursor.Here is 'e' or 'E')
        {
            cursor.Advance(cursor.Peek(1) is '+' or '-' ? 2 : 1);
            if (TakeDigits() == 0)
            {
                return null;
            }
        }

        return double.Parse(cursor.Since(start), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private int TakeDigits()
    {
        var start = cursor.Position;
        while (char.IsAsciiDigit(cursor.Here))
        {
            cursor.Advance();
        }

        return cursor.Position - start;
    }

    private double? TakeHex()
    {
        var start = cursor.Position;
        var value = 0d;
        for (; char.IsAsciiHexDigit(cursor.Here); cursor.Advance())
        {
            value = (value * 16) + Convert.ToInt32(cursor.Here.ToString(), 16);
        }

        return cursor.Position > start ? value : null;
    }

    private string TakeWord()
    {
        var start = cursor.Position;
        while (!cursor.AtEnd && (Json5Cursor.IsNamePart(cursor.CodePoint(out var length)) || cursor.Here is '.' or '-' or '+'))
        {
            cursor.Advance(length);
        }

        return cursor.Since(start);
    }

    private void Escape(Json5Place at, StringBuilder text)
    {
        var here = at.Moved(cursor.Line, cursor.Column);
        var c = cursor.Peek(1);
        var taken = 2;
        switch (c)
        {
            case 'b' or 'f' or 'n' or 'r' or 't' or 'v':
                text.Append("\b\f\n\r\t\v"["bfnrtv".IndexOf(c, StringComparison.Ordinal)]);
                break;
            case '0' when !char.IsAsciiDigit(cursor.Peek(2)):
                text.Append('\0');
                break;
            case 'x' or 'u':
                var digits = c == 'x' ? 2 : 4;
                if (Hex(2, digits, out var code))
                {
                    text.Append((char)code);
                    taken += digits;
                }
                else
                {
                    report(here, $"\\{c} needs {(c == 'x' ? "two" : "four")} hexadecimal digits");
                }

                break;
            case >= '0' and <= '9':
                report(here, $"\\{c} is not an escape; for the digit itself write it without the backslash");
                break;
            case '\r' when cursor.Peek(2) == '\n':
                taken = 3;
                break;
            case '\n' or '\r' or '\u2028' or '\u2029':
                break;
            default:
                if (c != Json5Cursor.End)
                {
                    text.Append(c);
                }

                break;
        }

        cursor.Advance(taken);
    }

    private bool Hex(int offset, int digits, out int code)
    {
        code = 0;
        for (var i = 0; i < digits; i++)
        {
            var c = cursor.Peek(offset + i);
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }

            code = (code * 16) + Convert.ToInt32(c.ToString(), 16);
        }

        return true;
    }
}
