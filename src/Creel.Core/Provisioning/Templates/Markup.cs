using System.Text;

namespace Creel.Core.Provisioning.Templates;

/// <summary>Characters of HTML, written so that they are text.</summary>
internal static class Markup
{
    /// <summary>What is markup already stays.</summary>
    public static string Escaped(TemplateValue value, Meter meter, Mark at)
    {
        var text = Wording.Str(value, at, meter);
        if (value is TemplateValue.Text { Marked: true })
        {
            return text;
        }

        meter.Make(text.Length, at);
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            escaped.Append(
                c switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '"' => "&#34;",
                    '\'' => "&#39;",
                    _ => null,
                }
            );
            if (c is not ('&' or '<' or '>' or '"' or '\''))
            {
                escaped.Append(c);
            }
        }

        meter.Make(escaped.Length, at);
        return escaped.ToString();
    }
}
