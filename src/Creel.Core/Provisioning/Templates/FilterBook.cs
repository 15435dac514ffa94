using System.Globalization;

namespace Creel.Core.Provisioning.Templates;

/// <summary>The filters that there are.</summary>
internal static class FilterBook
{
    private static readonly Dictionary<string, Filter> All = new(StringComparer.Ordinal)
    {
        ["default"] = new("default", ["default_value", "boolean"], 0, Default),
        ["d"] = new("d", ["default_value", "boolean"], 0, Default),
        ["string"] = Filter.Plain("string", call => call.Text(call.Str())),
        ["lower"] = Filter.Plain("lower", call => call.Text(PythonCase.Lower(call.Letters()))),
        ["upper"] = Filter.Plain("upper", call => call.Text(PythonCase.Upper(call.Letters()))),
        ["capitalize"] = Filter.Plain("capitalize", call => call.Text(PythonCase.Capital(call.Letters(2)))),
        ["trim"] = new("trim", ["chars"], 0, Trim),
        ["length"] = Filter.Plain("length", Length),
        ["count"] = Filter.Plain("count", Length),
        ["replace"] = new("replace", ["old", "new", "count"], 2, Replacing.Apply),
        ["join"] = new("join", ["d"], 0, Join),
        ["first"] = Filter.Plain("first", call => End(call, 0, "No first item, sequence was empty.")),
        ["last"] = Filter.Plain("last", call => End(call, ^1, "No last item, sequence was empty.")),
        ["list"] = Filter.Plain("list", call => new TemplateValue.Items(call.Items())),
        ["reverse"] = Filter.Plain("reverse", Reverse),
        ["sort"] = new("sort", ["reverse", "case_sensitive"], 0, Sorting.Sort),
        ["unique"] = new("unique", ["case_sensitive"], 0, Sorting.Unique),
        ["items"] = Filter.Plain("items", Members),
        ["int"] = new("int", ["default"], 0, Whole),
        ["abs"] = Filter.Plain("abs", Absolute),
        ["indent"] = new("indent", ["width", "first", "blank"], 0, Indenting.Apply),
        ["escape"] = Filter.Plain("escape", Escape),
        ["e"] = Filter.Plain("e", Escape),
        ["safe"] = Filter.Plain("safe", call => new TemplateValue.Text(call.Str(), marked: true)),
    };

    /// <exception cref="TemplateStop">There is none of that name.</exception>
    public static Filter Find(string name, Mark at) =>
        All.GetValueOrDefault(name)
        ?? throw new TemplateStop(
            TemplateTrouble.Unknown,
            at,
            $"No filter named '{(name.Length > 40 ? name[..40] : name)}'.",
            $"there are {string.Join(", ", All.Keys.Order(StringComparer.Ordinal))}"
        );

    private static TemplateValue Default(Invocation call) =>
        call.Value is TemplateValue.Undefined || (call.Flag(1) && !Truth.Of(call.Value, call.At))
            ? call.With[0] ?? TemplateValue.Empty
            : call.Value;

    private static TemplateValue Trim(Invocation call)
    {
        if (call.With[0] is null or TemplateValue.Nothing)
        {
            var padded = call.Str();
            call.Meter.Copy(padded.Length, call.At);
            return call.Text(PythonSpace.Strip(padded));
        }

        var (text, chars) = (call.Letters(), call.Str(0, ""));
        call.Meter.Walk(chars.Length, call.At);
        var away = chars.ToHashSet();
        var (start, end) = (0, text.Length);
        while (start < end && away.Contains(text[start]))
        {
            start++;
        }

        while (end > start && away.Contains(text[end - 1]))
        {
            end--;
        }

        return call.Text(text[start..end]);
    }

    private static TemplateValue Length(Invocation call)
    {
        call.Meter.Copy((call.Value as TemplateValue.Text)?.Value.Length ?? 0, call.At);
        return call.Value switch
        {
            TemplateValue.Text text => TemplateValue.Of((long)Iteration.Length(text.Value)),
            TemplateValue.Items items => TemplateValue.Of((long)items.All.Count),
            TemplateValue.Map map => TemplateValue.Of((long)map.Members.Count),
            TemplateValue.Undefined missing => throw Wording.NotThere(missing, call.At),
            _ => throw call.Wrong($"object of type '{Wording.TypeName(call.Value)}' has no len()"),
        };
    }

    private static TemplateValue Join(Invocation call)
    {
        var items = call.Items();
        var between = call.With[0] ?? TemplateValue.Empty;
        var marks = call.Escapes && items.Append(between).Any(item => item is TemplateValue.Text { Marked: true });
        var joined = new System.Text.StringBuilder();
        for (var i = 0; i < items.Count; i++)
        {
            joined.Append(i > 0 ? Part(between) : "").Append(Part(items[i]));
            call.Meter.Fits(joined.Length, call.At);
        }

        call.Meter.Make(joined.Length, call.At);
        return new TemplateValue.Text(joined.ToString(), marks);

        string Part(TemplateValue value) =>
            marks ? Markup.Escaped(value, call.Meter, call.At) : Wording.Str(value, call.At, call.Meter);
    }

    private static TemplateValue End(Invocation call, Index index, string none)
    {
        var items = call.Value is TemplateValue.Items { All: var all } ? all : call.Items();
        return items.Count == 0 ? new TemplateValue.Undefined(none) : items[index.GetOffset(items.Count)];
    }

    private static TemplateValue Reverse(Invocation call) =>
        call.Value is TemplateValue.Text
            ? call.Text(Iteration.Reversed(call.Letters()))
            : new TemplateValue.Items([.. call.Items().Reverse()]);

    private static TemplateValue Members(Invocation call) =>
        call.Value switch
        {
            TemplateValue.Map map => Parts.Members(map, call.Meter, call.At),
            TemplateValue.Undefined => new TemplateValue.Items([]),
            _ => throw call.Wrong("Can only get item pairs from a mapping."),
        };

    private static TemplateValue Whole(Invocation call)
    {
        var usual = call.With[0] ?? TemplateValue.Of(0L);
        switch (call.Value)
        {
            case TemplateValue.Undefined missing:
                throw Wording.NotThere(missing, call.At);
            case TemplateValue.Text { Value: var text }:
                call.Meter.Copy(text.Length, call.At);
                var digits = PythonSpace.Strip(text);
                return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                        ? TemplateValue.Of(whole)
                    : double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && InRange(real)
                        ? TemplateValue.Of((long)real)
                    : usual;
            default:
                return Number.Whole(call.Value) is { } known ? TemplateValue.Of(known)
                    : Number.Real(call.Value) is { } near && InRange(near) ? TemplateValue.Of((long)near)
                    : usual;
        }
    }

    private static bool InRange(double value) => value is > -9.2e18 and < 9.2e18;

    private static TemplateValue Absolute(Invocation call) =>
        Number.Of(call.Value) switch
        {
            TemplateValue.Whole { Value: > long.MinValue } whole => TemplateValue.Of(Math.Abs(whole.Value)),
            TemplateValue.Real real => TemplateValue.Of(Math.Abs(real.Value)),
            _ when call.Value is TemplateValue.Undefined missing => throw Wording.NotThere(missing, call.At),
            _ => throw call.Wrong($"bad operand type for abs(): '{Wording.TypeName(call.Value)}'"),
        };

    private static TemplateValue Escape(Invocation call) =>
        new TemplateValue.Text(Markup.Escaped(call.Value, call.Meter, call.At), marked: true);
}
