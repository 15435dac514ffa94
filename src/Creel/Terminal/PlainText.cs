using System.Text;

namespace Creel.Terminal;

/// <summary>Text from elsewhere, made safe to print: no control sequences, no forged lines.</summary>
internal static class PlainText
{
    /// <summary>Several lines: only <c>\n</c> and <c>\t</c> are left of the control characters.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var filter = new PlainTextFilter();
        var output = new StringBuilder(text.Length);
        filter.Append(text, output);
        filter.Finish(output);
        return output.ToString();
    }

    /// <summary>One line of at most <paramref name="max"/> characters; <c>…</c> tells that there was more.</summary>
    public static string Line(string? text, int max = 400)
    {
        var line = Clean(text).Replace('\n', ' ').Replace('\t', ' ').Trim();
        if (line.Length <= max)
        {
            return line;
        }

        var cut = char.IsHighSurrogate(line[max - 2]) ? max - 2 : max - 1;
        return line[..cut] + "…";
    }
}
