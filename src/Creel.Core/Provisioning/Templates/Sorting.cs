namespace Creel.Core.Provisioning.Templates;

/// <summary>The filters <c>sort</c> and <c>unique</c>: texts without regard to case, unless that is asked for.</summary>
internal static class Sorting
{
    public static TemplateValue Sort(Invocation call)
    {
        var (items, exact) = (call.Items(), call.Flag(1));
        call.Meter.Walk(items.Count * 4L, call.At);
        var comparison = new Comparison(call.Meter);
        var order = Comparer<TemplateValue>.Create(
            (a, b) =>
                comparison.Ordered("<", a, b, call.At) ? -1
                : comparison.Ordered("<", b, a, call.At) ? 1
                : 0
        );
        var keyed = items.Select(item => (Item: item, Key: Key(item, exact, call)));
        try
        {
            var sorted = call.Flag(0) ? keyed.OrderByDescending(k => k.Key, order) : keyed.OrderBy(k => k.Key, order);
            return new TemplateValue.Items([.. sorted.Select(k => k.Item)]);
        }
        catch (InvalidOperationException e) when (e.InnerException is TemplateStop stop)
        {
            throw stop;
        }
    }

    public static TemplateValue Unique(Invocation call)
    {
        var (items, exact) = (call.Items(), call.Flag(0));
        var comparison = new Comparison(call.Meter);
        var (seen, kept) = (new List<TemplateValue>(), new List<TemplateValue>());
        foreach (var item in items)
        {
            if (!IsFixed(item, call))
            {
                throw call.Wrong($"'unique' does not take a '{Wording.TypeName(item)}'");
            }

            var key = Key(item, exact, call);
            if (!seen.Any(other => comparison.Same(key, other, call.At)))
            {
                seen.Add(key);
                kept.Add(item);
            }
        }

        return new TemplateValue.Items(kept);
    }

    /// <summary>What Python would take as a key.</summary>
    private static bool IsFixed(TemplateValue item, Invocation call)
    {
        call.Meter.Step(call.At);
        return item is TemplateValue.Items items
            ? items.Fixed && items.All.All(part => IsFixed(part, call))
            : item is not TemplateValue.Map;
    }

    private static TemplateValue Key(TemplateValue item, bool exact, Invocation call)
    {
        if (item is not TemplateValue.Text text || exact)
        {
            return item;
        }

        call.Meter.Walk(text.Value.Length, call.At);
        return TemplateValue.Of(PythonCase.Lower(text.Value));
    }
}
