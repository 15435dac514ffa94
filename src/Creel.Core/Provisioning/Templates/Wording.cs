using System.Globalization;
using System.Text;

namespace Creel.Core.Provisioning.Templates;

/// <summary>Values as text: Python's <c>str</c> and <c>repr</c>.</summary>
internal static class Wording
{
    /// <exception cref="TemplateStop">It is not there, or too long.</exception>
    public static string Str(TemplateValue value, Mark at, Meter meter)
    {
        switch (value)
        {
            case TemplateValue.Text text:
                return text.Value;
            case TemplateValue.Undefined missing:
                throw new TemplateStop(TemplateTrouble.Undefined, at, missing.Cause, Remedy(missing.Cause));
            default:
                var shown = new StringBuilder();
                Write(value, shown, at, meter);
                return shown.ToString();
        }
    }

    public static string Repr(TemplateValue value, Mark at, Meter meter)
    {
        var shown = new StringBuilder();
        Write(value, shown, at, meter);
        return shown.ToString();
    }

    /// <summary>As Python names the type.</summary>
    public static string TypeName(TemplateValue value) =>
        value switch
        {
            TemplateValue.Nothing => "NoneType",
            TemplateValue.Truth => "bool",
            TemplateValue.Whole => "int",
            TemplateValue.Real => "float",
            TemplateValue.Text { Marked: true } => "Markup",
            TemplateValue.Text => "str",
            TemplateValue.Items { Fixed: true } => "tuple",
            TemplateValue.Items => "list",
            TemplateValue.Map => "dict",
            TemplateValue.Callable callable => callable.TypeName,
            _ => "Undefined",
        };

    public static TemplateStop NotThere(TemplateValue.Undefined missing, Mark at) =>
        new(TemplateTrouble.Undefined, at, missing.Cause, Remedy(missing.Cause));

    /// <summary>What to do where a name stands for nothing.</summary>
    public const string Undefined =
        "ask first whether it is there, as in {% if x is defined %}, or give it a default, as in {{ x | default('') }}";

    private static string Remedy(string cause) =>
        cause.EndsWith(" is undefined", StringComparison.Ordinal) ? Undefined : "see which keys it has";

    private static void Write(TemplateValue value, StringBuilder shown, Mark at, Meter meter)
    {
        meter.Step(at);
        switch (value)
        {
            case TemplateValue.Nothing:
                shown.Append("None");
                break;
            case TemplateValue.Truth truth:
                shown.Append(truth.Value ? "True" : "False");
                break;
            case TemplateValue.Whole whole:
                shown.Append(whole.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case TemplateValue.Real real:
                shown.Append(PythonNumber.Show(real.Value));
                break;
            case TemplateValue.Text text:
                meter.Walk(text.Value.Length, at);
                shown.Append(text.Marked ? $"Markup({Quoted(text.Value)})" : Quoted(text.Value));
                break;
            case TemplateValue.Items items:
                shown.Append(items.Fixed ? '(' : '[');
                Each(items.All, item => Write(item, shown, at, meter), shown);
                shown.Append(items is { Fixed: true, All.Count: 1 } ? "," : "").Append(items.Fixed ? ')' : ']');
                break;
            case TemplateValue.Map map:
                shown.Append('{');
                Each(
                    map.Members,
                    member =>
                    {
                        meter.Walk(member.Key.Length, at);
                        shown.Append(Quoted(member.Key)).Append(": ");
                        Write(member.Value, shown, at, meter);
                    },
                    shown
                );
                shown.Append('}');
                break;
            case TemplateValue.Callable callable:
                shown.Append('<').Append(callable.TypeName).Append('>');
                break;
            default:
                shown.Append("Undefined");
                break;
        }

        meter.Fits(shown.Length, at);
    }

    private static void Each<T>(IReadOnlyList<T> all, Action<T> write, StringBuilder shown)
    {
        for (var i = 0; i < all.Count; i++)
        {
            shown.Append(i > 0 ? ", " : "");
            write(all[i]);
        }
    }

    private static string Quoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var shown = new StringBuilder().Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                var rune = new Rune(c, text[++i]);
                shown.Append(Shows(Rune.GetUnicodeCategory(rune)) ? rune.ToString() : $"\\U{rune.Value:x8}");
                continue;
            }

            shown.Append(
                c switch
                {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    '\\' => "\\\\",
                    ' ' => " ",
                    _ when c == quote => $"\\{c}",
                    _ when Shows(CharUnicodeInfo.GetUnicodeCategory(c)) => c.ToString(),
                    < '\u0100' => $"\\x{(int)c:x2}",
                    _ => $"\\u{(int)c:x4}",
                }
            );
        }

        return shown.Append(quote).ToString();
    }

    private static bool Shows(UnicodeCategory category) =>
        category
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
            );
}
