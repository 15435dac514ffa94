using System.Net;
using System.Text;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary>What a page says, without its HTML: text, headings, list points, and where links lead.</summary>
internal static class PageText
{
    private static readonly string[] Silent = ["script", "style", "noscript", "template", "svg", "head"];
    private static readonly string[] Blocks =
    [
        "p",
        "div",
        "br",
        "tr",
        "table",
        "ul",
        "ol",
        "section",
        "article",
        "header",
        "footer",
        "pre",
        "blockquote",
        "hr",
        "main",
        "nav",
        "form",
    ];

    public static string Read(string html)
    {
        var text = new StringBuilder(html.Length / 3);
        var at = 0;
        string? link = null;
        while (at < html.Length)
        {
            var open = html.IndexOf('<', at);
            AddWords(text, open < 0 ? html.AsSpan(at) : html.AsSpan(at, open - at));
            if (open < 0)
            {
                break;
            }

            if (html.AsSpan(open).StartsWith("<!--"))
            {
                var over = html.IndexOf("-->", open, StringComparison.Ordinal);
                at = over < 0 ? html.Length : over + 3;
                continue;
            }

            var close = html.IndexOf('>', open);
            if (close < 0)
            {
                break;
            }

            var tag = html.AsSpan(open + 1, close - open - 1);
            var name = Name(tag);
            at = close + 1;
            if (Title(html, name, at) is { } title)
            {
                text.Append("# ").Append(title).Append("\n\n");
            }

            if (Silent.Contains(name) && !tag.EndsWith("/"))
            {
                var end = html.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase);
                at = end < 0 ? html.Length : end;
                continue;
            }

            link = Mark(text, name, tag, link);
        }

        return Tidy(text.ToString());
    }

    private static string? Title(string html, string name, int at)
    {
        if (name != "head")
        {
            return null;
        }

        var begin = html.IndexOf("<title>", at, StringComparison.OrdinalIgnoreCase);
        var end = begin < 0 ? -1 : html.IndexOf("</title", begin, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? null : WebUtility.HtmlDecode(html[(begin + 7)..end]).Trim();
    }

    private static string? Mark(StringBuilder text, string name, ReadOnlySpan<char> tag, string? link)
    {
        switch (name)
        {
            case "a":
                return Attribute(tag, "href");
            case "/a":
                if (link is ['h', 't', 't', 'p', ..])
                {
                    text.Append(" (").Append(link).Append(')');
                }

                return null;
            case "li":
                text.Append("\n- ");
                break;
            case ['h', >= '1' and <= '6']:
                text.Append("\n\n").Append('#', name[1] - '0').Append(' ');
                break;
            case ['/', 'h', >= '1' and <= '6']:
                text.Append("\n\n");
                break;
            case "td" or "th":
                text.Append(" | ");
                break;
            default:
                if (Blocks.Contains(name.TrimStart('/')))
                {
                    text.Append('\n');
                }

                break;
        }

        return link;
    }

    private static string Name(ReadOnlySpan<char> tag)
    {
        var end = tag.IndexOfAny(" \t\r\n");
        var name = end < 0 ? tag : tag[..end];
        return name.Length is 0 or > 16 ? "" : name.TrimEnd('/').ToString().ToLowerInvariant();
    }

    private static string? Attribute(ReadOnlySpan<char> tag, string name)
    {
        var at = tag.IndexOf($"{name}=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var value = tag[(at + name.Length + 1)..];
        if (value.IsEmpty || value[0] is not ('"' or '\''))
        {
            var space = value.IndexOfAny(" \t\r\n");
            return WebUtility.HtmlDecode((space < 0 ? value : value[..space]).ToString());
        }

        var end = value[1..].IndexOf(value[0]);
        return end < 0 ? null : WebUtility.HtmlDecode(value.Slice(1, end).ToString());
    }

    private static void AddWords(StringBuilder text, ReadOnlySpan<char> words)
    {
        if (words.IsWhiteSpace())
        {
            text.Append(words.IsEmpty ? "" : " ");
            return;
        }

        text.Append(WebUtility.HtmlDecode(words.ToString()));
    }

    /// <summary>Spaces and empty lines that only the HTML needed are gone.</summary>
    private static string Tidy(string text)
    {
        var lines = text.ReplaceLineEndings("\n")
            .Split('\n')
            .Select(line => string.Join(' ', line.Split([' ', '\t', '\u00a0'], StringSplitOptions.RemoveEmptyEntries)));
        var tidy = new StringBuilder();
        var empty = true;
        foreach (var line in lines)
        {
            if (line.Length > 0)
            {
                tidy.Append(line).Append('\n');
                empty = false;
            }
            else if (!empty)
            {
                tidy.Append('\n');
                empty = true;
            }
        }

        return tidy.ToString().Trim();
    }
}
