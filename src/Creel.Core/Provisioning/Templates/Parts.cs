namespace Creel.Core.Provisioning.Templates;

/// <summary>What is in a value: by name, by number, and several of a list.</summary>
internal static class Parts
{
    public static TemplateValue Attribute(TemplateValue of, string id, Mark at, Meter meter) =>
        of switch
        {
            TemplateValue.Undefined missing => throw Wording.NotThere(missing, at),
            TemplateValue.Map map => Find(map, id, at, meter) ?? NoAttribute(of, id),
            LoopValue loop => loop.Part(id) ?? NoAttribute(of, id),
            _ => NoAttribute(of, id),
        };

    /// <summary>A key is read to its end to find it.</summary>
    public static TemplateValue? Find(TemplateValue.Map map, string key, Mark at, Meter meter)
    {
        meter.Copy(key.Length, at);
        return map.Find(key);
    }

    public static TemplateValue Element(TemplateValue of, TemplateValue index, Mark at, Meter meter)
    {
        switch (of, index)
        {
            case (TemplateValue.Undefined missing, _):
                throw Wording.NotThere(missing, at);
            case (_, TemplateValue.Undefined missing):
                throw Wording.NotThere(missing, at);
            case (TemplateValue.Map or LoopValue, TemplateValue.Text key):
                return Attribute(of, key.Value, at, meter);
            case (_, TemplateValue.Text key):
                return NoAttribute(of, key.Value);
            case (TemplateValue.Items items, _) when Number.Whole(index) is { } number:
                number += number < 0 ? items.All.Count : 0;
                return number >= 0 && number < items.All.Count ? items.All[(int)number] : NoElement(of, index, at, meter);
            case (TemplateValue.Text text, _) when Number.Whole(index) is { } number:
                meter.Make(text.Value.Length, at);
                number += number < 0 ? Iteration.Length(text.Value) : 0;
                var character = Iteration.Character(text.Value, number);
                return character is null ? NoElement(of, index, at, meter) : new TemplateValue.Text(character, text.Marked);
            default:
                return NoElement(of, index, at, meter);
        }
    }

    public static TemplateValue Slice(TemplateValue of, long? from, long? to, long? by, Mark at, Meter meter)
    {
        if (of is not (TemplateValue.Text or TemplateValue.Items))
        {
            throw of is TemplateValue.Undefined missing
                ? Wording.NotThere(missing, at)
                : new TemplateStop(TemplateTrouble.Value, at, $"'{Wording.TypeName(of)}' object is not subscriptable");
        }

        var step = by ?? 1;
        var all = of is TemplateValue.Items { All: var items } ? items : Iteration.Over(of, meter, at);
        var count = all.Count;
        var start =
            from is { } f ? Bound(f, count, step)
            : step > 0 ? 0
            : count - 1;
        var end =
            to is { } t ? Bound(t, count, step)
            : step > 0 ? count
            : -1;
        meter.Walk(Math.Max(0, (end - start) / step) + 1, at);
        var taken = new List<TemplateValue>();
        for (var i = start; step > 0 ? i < end : i > end; i += step)
        {
            taken.Add(all[(int)i]);
        }

        return of is TemplateValue.Text text
            ? new TemplateValue.Text(string.Concat(taken.Cast<TemplateValue.Text>().Select(c => c.Value)), text.Marked)
            : new TemplateValue.Items(taken, ((TemplateValue.Items)of).Fixed);
    }

    public static TemplateValue.Items Values(TemplateValue.Map map, Meter meter, Mark at)
    {
        meter.Gather(map.Members.Count, at);
        return new TemplateValue.Items([.. map.Members.Select(m => m.Value)]);
    }

    /// <summary>Pairs of key and value, each of them a list of its own.</summary>
    public static TemplateValue.Items Members(TemplateValue.Map map, Meter meter, Mark at)
    {
        meter.Gather(map.Members.Count, at);
        meter.Walk(map.Members.Count * 2L, at);
        return new TemplateValue.Items([
            .. map.Members.Select(m => new TemplateValue.Items([TemplateValue.Of(m.Key), m.Value], fixedSize: true)),
        ]);
    }

    private static long Bound(long index, int count, long step)
    {
        index += index < 0 ? count : 0;
        return step > 0 ? Math.Clamp(index, 0, count) : Math.Clamp(index, -1, count - 1);
    }

    private static TemplateValue.Undefined NoAttribute(TemplateValue of, string id) =>
        new($"'{Named(of)}' has no attribute '{(id.Length > 40 ? id[..40] : id)}'");

    private static TemplateValue.Undefined NoElement(TemplateValue of, TemplateValue index, Mark at, Meter meter) =>
        new($"{Named(of)} has no element {Wording.Repr(index, at, meter)}");

    private static string Named(TemplateValue of) => of is TemplateValue.Nothing ? "None" : $"{Wording.TypeName(of)} object";
}
