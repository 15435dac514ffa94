using System.Text;

namespace Creel.Adapters.Telegram;

/// <summary>
/// Markdown, as models write it, in the few tags that Telegram knows. Whatever is not surely Markdown stays as it is; tags are always
/// closed in their order.
/// </summary>
internal static class TelegramHtml
{
    private const string Fence = "```";

    public static string Of(string markdown)
    {
        var html = new StringBuilder(markdown.Length + 64);
        List<string>? block = null;
        var language = "";
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                if (block is null)
                {
                    (block, language) = ([], line.TrimStart()[Fence.Length..].Trim());
                }
                else
                {
                    Block(html, block, language);
                    block = null;
                    html.Append(i < lines.Length - 1 ? "\n" : "");
                }
            }
            else if (block is not null)
            {
                block.Add(line);
            }
            else
            {
                Line(html, line);
                html.Append(i < lines.Length - 1 ? "\n" : "");
            }
        }

        if (block is not null)
        {
            Block(html, block, language);
        }

        return html.ToString();
    }

    private static void Block(StringBuilder html, List<string> lines, string language)
    {
        var plain = language.Length > 0 && language.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '#' or '_');
        html.Append(plain ? $"<pre><code class=\"language-{language}\">" : "<pre>");
        Escape(html, string.Join('\n', lines));
        html.Append(plain ? "</code></pre>" : "</pre>");
    }

    private static void Line(StringBuilder html, string line)
    {
        var marks = line.TakeWhile(c => c == '#').Count();
        if (marks is > 0 and <= 6 && line.Length > marks && line[marks] == ' ')
        {
            html.Append("<b>");
            Inline(html, line[(marks + 1)..].Trim().Trim('*').Trim(), 0);
            html.Append("</b>");
            return;
        }

        var indent = line.Length - line.TrimStart().Length;
        if (line.Length > indent + 1 && line[indent] is '-' or '*' && line.Length > indent + 1 && line[indent + 1] == ' ')
        {
            html.Append(line.AsSpan(0, indent)).Append("• ");
            Inline(html, line[(indent + 2)..], 0);
            return;
        }

        Inline(html, line, 0);
    }

    private static void Inline(StringBuilder html, string text, int depth)
    {
        for (var i = 0; i < text.Length; )
        {
            if (depth < 8 && Span(html, text, i, depth) is var end and > 0)
            {
                i = end;
                continue;
            }

            Escape(html, text.AsSpan(i, 1));
            i++;
        }
    }

    /// <returns>Where what begins here ends; 0: nothing does.</returns>
    private static int Span(StringBuilder html, string text, int i, int depth)
    {
        switch (text[i])
        {
            case '`' when text.IndexOf('`', i + 1) is var end && end > i + 1:
                html.Append("<code>");
                Escape(html, text.AsSpan(i + 1, end - i - 1));
                html.Append("</code>");
                return end + 1;
            case '*' or '_' when At(text, i, $"{text[i]}{text[i]}"):
                return Tag(html, text, i, $"{text[i]}{text[i]}", "b", depth);
            case '~' when At(text, i, "~~"):
                return Tag(html, text, i, "~~", "s", depth);
            case '*' or '_':
                return Tag(html, text, i, $"{text[i]}", "i", depth);
            case '[':
                return Link(html, text, i, depth);
            default:
                return 0;
        }
    }

    private static int Tag(StringBuilder html, string text, int i, string mark, string tag, int depth)
    {
        var from = i + mark.Length;
        // A sign in the middle of a word is part of it: snake_case, 2*3.
        var opens = from < text.Length && !char.IsWhiteSpace(text[from]) && (i == 0 || !char.IsLetterOrDigit(text[i - 1]));
        if (!opens)
        {
            return 0;
        }

        for (var end = text.IndexOf(mark, from + 1, StringComparison.Ordinal); end > 0; )
        {
            var after = end + mark.Length;
            var closes =
                !char.IsWhiteSpace(text[end - 1])
                && (after == text.Length || !char.IsLetterOrDigit(text[after]))
                && (mark.Length == 2 || after == text.Length || text[after] != mark[0])
                && (mark.Length == 2 || text[end - 1] != mark[0]);
            if (closes)
            {
                html.Append('<').Append(tag).Append('>');
                Inline(html, text[from..end], depth + 1);
                html.Append("</").Append(tag).Append('>');
                return after;
            }

            end = after < text.Length ? text.IndexOf(mark, after, StringComparison.Ordinal) : -1;
        }

        return 0;
    }

    private static int Link(StringBuilder html, string text, int i, int depth)
    {
        var middle = text.IndexOf("](", i + 1, StringComparison.Ordinal);
        var end = middle < 0 ? -1 : text.IndexOf(')', middle + 2);
        if (end < 0 || middle == i + 1)
        {
            return 0;
        }

        var address = text[(middle + 2)..end];
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "tg" or "mailto"))
        {
            return 0;
        }

        html.Append("<a href=\"");
        Escape(html, address);
        html.Append("\">");
        Inline(html, text[(i + 1)..middle], depth + 1);
        html.Append("</a>");
        return end + 1;
    }

    private static bool At(string text, int i, string mark) => string.CompareOrdinal(text, i, mark, 0, mark.Length) == 0;

    private static void Escape(StringBuilder html, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                _ => html.Append(c),
            };
        }
    }
}
