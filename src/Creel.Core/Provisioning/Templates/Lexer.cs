using System.Text.RegularExpressions;

namespace Creel.Core.Provisioning.Templates;

/// <summary>From a template's text to its tokens: literal text, and what is in <c>{{ }}</c> and <c>{% %}</c>. Comments leave nothing.</summary>
internal sealed partial class Lexer
{
    private readonly string text;
    private readonly List<Token> tokens = [];
    private readonly LineCount lines;
    private int at;

    private Lexer(string text)
    {
        this.text = text;
        lines = new LineCount(text);
    }

    /// <param name="source">Its line ends are taken as <c>\n</c>, whichever they are.</param>
    /// <exception cref="TemplateStop">A comment, a text or a raw part has no end, or a sign is of no language.</exception>
    public static IReadOnlyList<Token> Read(string source)
    {
        var lexer = new Lexer(source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'));
        lexer.Run();
        return lexer.tokens;
    }

    private void Run()
    {
        while (at < text.Length)
        {
            var begin = NextOpening(at);
            if (begin < 0)
            {
                Data(at, text.Length, strip: false);
                at = text.Length;
                break;
            }

            var mode = begin + 2 < text.Length && text[begin + 2] is '-' or '+' ? text[begin + 2] : ' ';
            Data(at, begin, strip: mode == '-');
            var place = lines.At(begin);
            at = begin + (mode == ' ' ? 2 : 3);
            switch (text[begin + 1])
            {
                case '#':
                    Comment(place);
                    break;
                case '%' when RawBegin().Match(text, begin) is { Success: true } raw:
                    at = begin + raw.Length;
                    Raw(place);
                    break;
                case var kind:
                    tokens.Add(new Token(kind == '%' ? TokenKind.TagBegin : TokenKind.PrintBegin, text[begin..at], place));
                    at = new TagLexer(text, lines, tokens, kind == '%').Read(at);
                    break;
            }
        }

        tokens.Add(new Token(TokenKind.End, "", lines.At(text.Length)));
    }

    private int NextOpening(int from)
    {
        for (var i = text.IndexOf('{', from); i >= 0 && i + 1 < text.Length; i = text.IndexOf('{', i + 1))
        {
            if (text[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    private void Data(int from, int to, bool strip)
    {
        var data = text[from..to];
        data = strip ? PythonSpace.StripEnd(data) : data;
        if (data.Length > 0)
        {
            tokens.Add(new Token(TokenKind.Data, data, lines.At(from)));
        }
    }

    private void Comment(Mark place)
    {
        var end = text.IndexOf("#}", at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new TemplateStop(TemplateTrouble.Syntax, place, "Missing end of comment tag", "end it with #}");
        }

        var strips = end > at && text[end - 1] == '-';
        at = end + 2;
        if (strips)
        {
            SkipSpace();
        }
    }

    private void Raw(Mark place)
    {
        var end = RawEnd().Match(text, at);
        if (!end.Success)
        {
            throw new TemplateStop(TemplateTrouble.Syntax, place, "Missing end of raw directive", "end it with {% endraw %}");
        }

        Data(at, end.Index, strip: end.Groups[1].Value == "-");
        at = end.Index + end.Length;
    }

    private void SkipSpace()
    {
        while (at < text.Length && PythonSpace.Is(text[at]))
        {
            at++;
        }
    }

    private const string Space = @"[\s\x1c-\x1f]*";

    [GeneratedRegex(@"\G\{%[-+]?" + Space + "raw" + Space + "(?:-%\\}" + Space + @"|%\})", RegexOptions.CultureInvariant)]
    private static partial Regex RawBegin();

    [GeneratedRegex(
        @"\{%([-+]?)" + Space + "endraw" + Space + @"(?:\+%\}|-%\}" + Space + @"|%\})",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex RawEnd();
}
