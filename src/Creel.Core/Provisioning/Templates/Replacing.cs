using System.Text;

namespace Creel.Core.Provisioning.Templates;

/// <summary>The filter <c>replace</c>.</summary>
internal static class Replacing
{
    public static TemplateValue Apply(Invocation call)
    {
        var count = call.With[2] is null or TemplateValue.Nothing ? -1 : call.Whole(2, -1);
        var (old, fresh) = (call.Argument(0), call.Argument(1));
        if (!call.Escapes)
        {
            return TemplateValue.Of(Replaced(call, call.Str(), call.Str(0, ""), call.Str(1, ""), count));
        }

        var marks = call.Marked || IsMarked(old) || IsMarked(fresh);
        var text = marks ? Markup.Escaped(call.Value, call.Meter, call.At) : call.Str();
        var with = marks ? Markup.Escaped(fresh, call.Meter, call.At) : call.Str(1, "");
        return new TemplateValue.Text(Replaced(call, text, call.Str(0, ""), with, count), marks);
    }

    private static bool IsMarked(TemplateValue value) => value is TemplateValue.Text { Marked: true };

    /// <summary>An empty text is found before each character, and at the end.</summary>
    private static string Replaced(Invocation call, string text, string old, string fresh, long count)
    {
        call.Meter.Search(text.Length, old.Length, call.At);
        var replaced = new StringBuilder();
        var from = 0;
        while (count != 0)
        {
            var found = from > text.Length ? -1 : text.IndexOf(old, from, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            call.Meter.Walk(1, call.At);
            replaced.Append(text, from, found - from).Append(fresh);
            from = found + old.Length;
            if (old.Length == 0)
            {
                var length = from < text.Length ? Step(text, from) : 1;
                replaced.Append(text, from, Math.Min(length, text.Length - from));
                from += length;
            }

            count--;
            call.Meter.Fits(replaced.Length, call.At);
        }

        replaced.Append(text, Math.Min(from, text.Length), Math.Max(0, text.Length - from));
        call.Meter.Make(replaced.Length, call.At);
        return replaced.ToString();
    }

    private static int Step(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
}
