using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Creel.Core.Provisioning.Templates;

/// <summary>The tokens of one <c>{{ }}</c> or <c>{% %}</c>.</summary>
internal sealed partial class TagLexer(string text, LineCount lines, List<Token> tokens, bool isTag)
{
    // Longer ones first.
    private static readonly string[] Signs =
    [
        .. (string[])["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}"],
        .. (string[])[">", "<", "=", ".", ":", "|", ",", ";"],
    ];

    private readonly Stack<char> open = new();
    private int at;

    /// <returns>Where the text goes on after it.</returns>
    public int Read(int from)
    {
        at = from;
        while (at < text.Length)
        {
            if (open.Count == 0 && End() is { } after)
            {
                return after;
            }

            if (PythonSpace.Is(text[at]))
            {
                at++;
            }
            else if (!Number() && !Name() && !Quoted())
            {
                Sign();
            }
        }

        // The parser tells what is missing.
        return at;
    }

    private int? End()
    {
        var (end, kind) = isTag ? ("%}", TokenKind.TagEnd) : ("}}", TokenKind.PrintEnd);
        var sign = text[at] == '-' || (isTag && text[at] == '+') ? 1 : 0;
        if (string.CompareOrdinal(text, at + sign, end, 0, 2) != 0)
        {
            return null;
        }

        tokens.Add(new Token(kind, end, lines.At(at)));
        var after = at + sign + 2;
        while (sign == 1 && text[at] == '-' && after < text.Length && PythonSpace.Is(text[after]))
        {
            after++;
        }

        return after;
    }

    private bool Number()
    {
        if (text[at] is not (>= '0' and <= '9'))
        {
            return false;
        }

        var real = text[at - 1] == '.' ? Match.Empty : RealNumber().Match(text, at);
        if (real.Success)
        {
            var value = double.Parse(real.Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            tokens.Add(new Token(TokenKind.Real, real.Value, lines.At(at), Real: value));
            at += real.Length;
            return true;
        }

        var whole = WholeNumber().Match(text, at);
        tokens.Add(new Token(TokenKind.Whole, whole.Value, lines.At(at), Whole: Whole(whole.Value)));
        at += whole.Length;
        return true;
    }

    private long Whole(string written)
    {
        var digits = written.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        var radix = digits.Length > 1 ? digits[1] : ' ';
        var value = radix switch
        {
            'x' => digits.Length > 18
                ? BigInteger.MinusOne
                : BigInteger.Parse("0" + digits[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            'o' or 'b' when digits.Length > 66 => BigInteger.MinusOne,
            'o' or 'b' => digits[2..].Aggregate(BigInteger.Zero, (sum, c) => (sum * (radix == 'o' ? 8 : 2)) + (c - '0')),
            _ => digits.Length > 20 ? BigInteger.MinusOne : BigInteger.Parse(digits, CultureInfo.InvariantCulture),
        };
        return value >= 0 && value <= long.MaxValue
            ? (long)value
            : throw new TemplateStop(TemplateTrouble.Limit, lines.At(at), "the number is too large", "numbers have 63 bits here");
    }

    private bool Name()
    {
        var end = at;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        if (end == at)
        {
            return false;
        }

        if (!char.IsLetter(text[at]) && text[at] != '_')
        {
            throw Wrong("Invalid character in identifier");
        }

        tokens.Add(new Token(TokenKind.Name, text[at..end], lines.At(at)));
        at = end;
        return true;
    }

    private bool Quoted()
    {
        var quote = text[at];
        if (quote is not ('"' or '\''))
        {
            return false;
        }

        var end = at + 1;
        while (end < text.Length && text[end] != quote)
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        if (end >= text.Length)
        {
            throw Wrong($"unexpected char {(quote == '"' ? "'\"'" : "\"'\"")}", $"end the text with another {quote}");
        }

        tokens.Add(new Token(TokenKind.Text, Escapes.Read(text[(at + 1)..end], lines.At(at)), lines.At(at)));
        at = end + 1;
        return true;
    }

    private void Sign()
    {
        var sign =
            Signs.FirstOrDefault(s => string.CompareOrdinal(text, at, s, 0, s.Length) == 0)
            ?? throw Wrong($"unexpected char {Slug.Quote(text[at].ToString())}");
        switch (sign)
        {
            case "(" or "[" or "{":
                open.Push(sign[0]);
                break;
            case ")" or "]" or "}":
                Close(sign[0]);
                break;
        }

        tokens.Add(new Token(TokenKind.Sign, sign, lines.At(at)));
        at += sign.Length;
    }

    private void Close(char sign)
    {
        if (!open.TryPop(out var opened))
        {
            throw Wrong($"unexpected '{sign}'");
        }

        if (Closing(opened) != sign)
        {
            throw Wrong($"unexpected '{sign}', expected '{Closing(opened)}'");
        }
    }

    private static char Closing(char opened) =>
        opened switch
        {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };

    private TemplateStop Wrong(string cause, string? remedy = null) => new(TemplateTrouble.Syntax, lines.At(at), cause, remedy);

    [GeneratedRegex(@"\G(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?e[+-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)", Options)]
    private static partial Regex RealNumber();

    [GeneratedRegex(@"\G(?:0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[0-9a-f])+|[1-9](?:_?[0-9])*|0(?:_?0)*)", Options)]
    private static partial Regex WholeNumber();

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
}
