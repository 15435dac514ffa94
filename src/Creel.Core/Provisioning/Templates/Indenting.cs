namespace Creel.Core.Provisioning.Templates;

/// <summary>The filter <c>indent</c>.</summary>
internal static class Indenting
{
    private const string LineEnds = "\n\v\f\r\u001c\u001d\u001e\u0085\u2028\u2029";

    public static TemplateValue Apply(Invocation call)
    {
        if (call.Value is not TemplateValue.Text { Value: var text })
        {
            return call.Value is TemplateValue.Undefined missing
                ? throw Wording.NotThere(missing, call.At)
                : throw call.Wrong($"'indent' wants a text, not '{Wording.TypeName(call.Value)}'");
        }

        var width = call.With[0] is TemplateValue.Text ? call.Str(0, "") : Spaces(call);
        var (first, blank) = (call.Flag(1), call.Flag(2));
        var lines = Lines(call.Letters());
        call.Meter.Make(text.Length + ((long)width.Length * lines.Count), call.At);
        var indented = lines.Select((line, i) => (i > 0 || first) && (i == 0 || line.Length > 0 || blank) ? width + line : line);
        return call.Text(string.Join('\n', indented));
    }

    private static string Spaces(Invocation call)
    {
        var count = Math.Max(0, call.Whole(0, 4));
        call.Meter.Make(count, call.At);
        return new string(' ', (int)count);
    }

    /// <summary>As Python's <c>splitlines</c> has them, with a line end added at the end.</summary>
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (LineEnds.Contains(text[i], StringComparison.Ordinal))
            {
                lines.Add(text[from..i]);
                i += text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 1 : 0;
                from = i + 1;
            }
        }

        // The line end that is added ends the last line; after a carriage return it is part of that.
        if (from < text.Length || text.Length == 0 || text[^1] != '\r')
        {
            lines.Add(text[from..]);
        }

        return lines;
    }
}
