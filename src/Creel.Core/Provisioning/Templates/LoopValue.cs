namespace Creel.Core.Provisioning.Templates;

/// <summary><c>loop</c>, in a loop.</summary>
internal sealed class LoopValue(IReadOnlyList<TemplateValue> all) : TemplateValue.Callable
{
    private IReadOnlyList<TemplateValue>? last;

    public int Round { get; set; }

    public override string TypeName => "jinja2.runtime.LoopContext";

    /// <returns>Null where it has no such part.</returns>
    public TemplateValue? Part(string name) =>
        name switch
        {
            "index" => Of(Round + 1L),
            "index0" => Of((long)Round),
            "revindex" => Of((long)(all.Count - Round)),
            "revindex0" => Of(all.Count - Round - 1L),
            "first" => Of(Round == 0),
            "last" => Of(Round == all.Count - 1),
            "length" => Of((long)all.Count),
            "depth" => Of(1L),
            "depth0" => Of(0L),
            "previtem" => Round > 0 ? all[Round - 1] : new Undefined("there is no previous item"),
            "nextitem" => Round + 1 < all.Count ? all[Round + 1] : new Undefined("there is no next item"),
            "cycle" or "changed" => new LoopMethod(this, name),
            _ => null,
        };

    public TemplateValue Call(string method, IReadOnlyList<TemplateValue> values, Meter meter, Mark at)
    {
        if (method == "cycle")
        {
            return values.Count > 0
                ? values[Round % values.Count]
                : throw new TemplateStop(TemplateTrouble.Value, at, "no items for cycling given");
        }

        var comparison = new Comparison(meter);
        var same =
            last is not null
            && last.Count == values.Count
            && last.Zip(values).All(pair => comparison.Same(pair.First, pair.Second, at));
        last = values;
        return Of(!same);
    }
}

internal sealed class LoopMethod(LoopValue loop, string name) : TemplateValue.Callable
{
    public override string TypeName => "method";

    public TemplateValue Call(IReadOnlyList<TemplateValue> values, Meter meter, Mark at) => loop.Call(name, values, meter, at);
}

/// <summary>A macro, with the names that it sees.</summary>
internal sealed class MacroValue(Statement.Macro macro, Scope scope, bool escapes) : TemplateValue.Callable
{
    public override string TypeName => "jinja2.runtime.Macro";

    public Statement.Macro Macro => macro;

    public Scope Scope => scope;

    public bool Escapes => escapes;
}

/// <summary><c>range</c>.</summary>
internal sealed class RangeValue : TemplateValue.Callable
{
    public static readonly RangeValue Only = new();

    public override string TypeName => "type";

    public static TemplateValue Call(IReadOnlyList<TemplateValue> values, Meter meter, Mark at)
    {
        var numbers = values.Select(Number.Whole).ToList();
        if (numbers.Count is 0 or > 3 || numbers.Contains(null) || numbers is [_, _, 0])
        {
            throw new TemplateStop(TemplateTrouble.Value, at, "range takes an end, or a start, an end and a step that is not 0");
        }

        var (start, end) = numbers.Count == 1 ? (0, numbers[0]!.Value) : (numbers[0]!.Value, numbers[1]!.Value);
        var step = numbers.Count == 3 ? numbers[2]!.Value : 1;
        var count = Int128.Max(0, ((Int128)end - start + step - Math.Sign(step)) / step);
        meter.Gather((long)Int128.Min(count, long.MaxValue), at);
        return new TemplateValue.Items([.. Enumerable.Range(0, (int)count).Select(i => TemplateValue.Of(start + (i * step)))]);
    }
}
