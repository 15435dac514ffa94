using System.Globalization;
using System.Text;

namespace Creel.Core.Provisioning.Templates;

/// <summary>What the backslashes in a quoted text stand for, as in Python. One that means nothing stays.</summary>
internal static class Escapes
{
    private const string Plain = "abfnrtv\\'\"";
    private const string Meant = "\a\b\f\n\r\t\v\\'\"";

    public static string Read(string text, Mark at)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var read = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                read.Append(text[i]);
                continue;
            }

            var c = text[++i];
            if (Plain.IndexOf(c, StringComparison.Ordinal) is >= 0 and var known)
            {
                read.Append(Meant[known]);
            }
            else if (c is 'x' or 'u' or 'U')
            {
                var length = c switch
                {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                read.Append(Hexadecimal(text, i + 1, length, at));
                i += length;
            }
            else if (c is >= '0' and <= '7')
            {
                var value = 0;
                var end = i;
                for (; end < text.Length && end < i + 3 && text[end] is >= '0' and <= '7'; end++)
                {
                    value = (value * 8) + text[end] - '0';
                }

                read.Append((char)value);
                i = end - 1;
            }
            else if (c != '\n')
            {
                read.Append('\\').Append(c);
            }
        }

        return read.ToString();
    }

    private static string Hexadecimal(string text, int from, int length, Mark at)
    {
        if (
            from + length > text.Length
            || !text.AsSpan(from, length).ContainsOnlyHex()
            || !uint.TryParse(
                text.AsSpan(from, length),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var value
            )
            || value > 0x10ffff
        )
        {
            throw new TemplateStop(
                TemplateTrouble.Syntax,
                at,
                "an escape in the text stands for no character",
                $"write {length} hexadecimal digits, or two backslashes"
            );
        }

        return value < 0x10000 ? ((char)value).ToString() : char.ConvertFromUtf32((int)value);
    }

    private static bool ContainsOnlyHex(this ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Hex) < 0;

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}
