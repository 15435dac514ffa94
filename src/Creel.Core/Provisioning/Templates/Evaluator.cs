namespace Creel.Core.Provisioning.Templates;

/// <summary>From an expression to its value.</summary>
/// <param name="play">Writes a macro's body.</param>
internal sealed class Evaluator(Meter meter, Func<MacroValue, Scope, Mark, TemplateValue> play)
{
    private readonly Arithmetic arithmetic = new(meter);
    private readonly Comparison comparison = new(meter);

    /// <param name="escapes">What this template prints is escaped.</param>
    public TemplateValue Of(Expression expression, Scope scope, bool escapes)
    {
        meter.Step(expression.At);
        return expression switch
        {
            Expression.Constant constant => constant.Value,
            Expression.Name name => Named(name, scope),
            Expression.Items items => Checked(
                new TemplateValue.Items([.. items.All.Select(i => Of(i, scope, escapes))], items.Fixed),
                items.At
            ),
            Expression.Map map => Checked(
                new TemplateValue.Map([
                    .. map.Members.Select(m => KeyValuePair.Create(Key(m.Key, scope, escapes), Of(m.Value, scope, escapes))),
                ]),
                map.At
            ),
            Expression.Unary { Sign: "not" } not => TemplateValue.Of(!IsTrue(not.Of, scope, escapes)),
            Expression.Unary signed => Arithmetic.Signed(signed.Sign, Of(signed.Of, scope, escapes), signed.At),
            Expression.Binary { Sign: "and" or "or" } either => Either(either, scope, escapes),
            Expression.Binary binary => arithmetic.Do(
                binary.Sign,
                Of(binary.Left, scope, escapes),
                Of(binary.Right, scope, escapes),
                binary.At
            ),
            Expression.Joined joined => Joined(joined, scope, escapes),
            Expression.Compared compared => TemplateValue.Of(Compared(compared, scope, escapes)),
            Expression.Choice choice => Choice(choice, scope, escapes),
            Expression.Attribute attribute => Parts.Attribute(
                Of(attribute.Of, scope, escapes),
                attribute.Id,
                attribute.At,
                meter
            ),
            Expression.Element element => Parts.Element(
                Of(element.Of, scope, escapes),
                Of(element.Index, scope, escapes),
                element.At,
                meter
            ),
            Expression.Slice slice => Slice(slice, scope, escapes),
            Expression.Call call => Call(call, scope, escapes),
            Expression.Filtered filtered => Filtered(filtered, scope, escapes),
            Expression.Tested tested => TemplateValue.Of(Tested(tested, scope, escapes)),
            _ => throw new InvalidOperationException($"no value of a {expression.GetType().Name}"),
        };
    }

    public bool IsTrue(Expression expression, Scope scope, bool escapes) =>
        Truth.Of(Of(expression, scope, escapes), expression.At);

    /// <summary>It is looked for in each scope around, and read to its end each time.</summary>
    private TemplateValue Named(Expression.Name name, Scope scope)
    {
        var found = scope.Find(name.Id, out var looked);
        meter.Walk(looked / 4, name.At);
        meter.Copy((long)looked * name.Id.Length, name.At);
        return found ?? (name.Id == "range" ? RangeValue.Only : new TemplateValue.Undefined($"'{name.Id}' is undefined"));
    }

    private TemplateValue Either(Expression.Binary either, Scope scope, bool escapes)
    {
        var left = Of(either.Left, scope, escapes);
        return Truth.Of(left, either.Left.At) == (either.Sign == "or") ? left : Of(either.Right, scope, escapes);
    }

    private TemplateValue.Text Joined(Expression.Joined joined, Scope scope, bool escapes)
    {
        List<TemplateValue> values = [.. joined.Parts.Select(part => Of(part, scope, escapes))];
        var marks = escapes && values.Any(value => value is TemplateValue.Text { Marked: true });
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            var at = joined.Parts[i].At;
            text.Append(marks ? Markup.Escaped(values[i], meter, at) : Wording.Str(values[i], at, meter));
            meter.Fits(text.Length, at);
        }

        meter.Make(text.Length, joined.At);
        return new TemplateValue.Text(text.ToString(), marks);
    }

    /// <summary><c>a &lt; b &lt; c</c> holds where both do; what comes after one that doesn't is not looked at.</summary>
    private bool Compared(Expression.Compared compared, Scope scope, bool escapes)
    {
        var left = Of(compared.First, scope, escapes);
        foreach (var (sign, with) in compared.Rest)
        {
            var right = Of(with, scope, escapes);
            if (!comparison.Holds(sign, left, right, compared.At))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private TemplateValue Choice(Expression.Choice choice, Scope scope, bool escapes) =>
        IsTrue(choice.If, scope, escapes) ? Of(choice.Then, scope, escapes)
        : choice.Else is { } other ? Of(other, scope, escapes)
        : new TemplateValue.Undefined("the inline if-expression evaluated to false and no else section was defined.");

    private TemplateValue Slice(Expression.Slice slice, Scope scope, bool escapes)
    {
        var of = Of(slice.Of, scope, escapes);
        var (from, to, step) = (Bound(slice.From), Bound(slice.To), Bound(slice.Step));
        return step == 0
            ? throw new TemplateStop(TemplateTrouble.Value, slice.At, "slice step cannot be zero")
            : Parts.Slice(of, from, to, step, slice.At, meter);

        long? Bound(Expression? bound)
        {
            var value = bound is null ? TemplateValue.None : Of(bound, scope, escapes);
            return value is TemplateValue.Nothing ? null
                : Number.Whole(value) is { } whole ? Math.Clamp(whole, -int.MaxValue, int.MaxValue)
                : throw new TemplateStop(TemplateTrouble.Value, slice.At, "slice indices must be integers or None");
        }
    }

    private TemplateValue Filtered(Expression.Filtered filtered, Scope scope, bool escapes)
    {
        var value = Of(filtered.Of, scope, escapes);
        var filter = filtered.By;
        return filter.Apply(Invoke(filter.Name, filter.Takes, filter.Needs, value, filtered.With, filtered.At, scope, escapes));
    }

    private bool Tested(Expression.Tested tested, Scope scope, bool escapes)
    {
        var value = Of(tested.Of, scope, escapes);
        var test = tested.By;
        return test.Holds(Invoke(test.Name, test.Takes, test.Takes.Length, value, tested.With, tested.At, scope, escapes));
    }

    private Invocation Invoke(
        string name,
        string[] takes,
        int needs,
        TemplateValue value,
        Arguments with,
        Mark at,
        Scope scope,
        bool escapes
    )
    {
        List<TemplateValue> plain = [.. with.Plain.Select(a => Of(a, scope, escapes))];
        List<(string, TemplateValue)> named = [.. with.Named.Select(a => (a.Name, Of(a.Value, scope, escapes)))];
        return new Invocation(value, Invocation.Bind(name, takes, needs, plain, named, at), at, meter, escapes);
    }

    private TemplateValue Call(Expression.Call call, Scope scope, bool escapes)
    {
        if (
            call.Of is Expression.Attribute { Id: "items" or "keys" or "values" or "get" } method
            && Of(method.Of, scope, escapes) is TemplateValue.Map map
        )
        {
            return Method(map, method.Id, call, scope, escapes);
        }

        var of = Of(call.Of, scope, escapes);
        List<TemplateValue> plain = [.. call.With.Plain.Select(a => Of(a, scope, escapes))];
        List<(string, TemplateValue)> named = [.. call.With.Named.Select(a => (a.Name, Of(a.Value, scope, escapes)))];
        return of switch
        {
            TemplateValue.Undefined missing => throw new TemplateStop(
                TemplateTrouble.Undefined,
                call.At,
                missing.Cause,
                "only macros can be called; for texts there are filters, as in {{ x | upper }}"
            ),
            MacroValue macro => Macro(macro, plain, named, call.At),
            RangeValue when named.Count == 0 => RangeValue.Call(plain, meter, call.At),
            LoopMethod loop when named.Count == 0 => loop.Call(plain, meter, call.At),
            _ => throw new TemplateStop(TemplateTrouble.Value, call.At, $"'{Wording.TypeName(of)}' object is not callable"),
        };
    }

    private TemplateValue Method(TemplateValue.Map map, string method, Expression.Call call, Scope scope, bool escapes)
    {
        string[] takes = method == "get" ? ["key", "default"] : [];
        var with = Invoke(method, takes, Math.Min(1, takes.Length), map, call.With, call.At, scope, escapes);
        return method switch
        {
            "items" => Parts.Members(map, meter, call.At),
            "keys" => new TemplateValue.Items(Iteration.Over(map, meter, call.At)),
            "values" => Parts.Values(map, meter, call.At),
            _ => (with.Argument(0) is TemplateValue.Text key ? Parts.Find(map, key.Value, call.At, meter) : null)
                ?? with.Argument(1),
        };
    }

    private TemplateValue Macro(MacroValue macro, List<TemplateValue> plain, List<(string, TemplateValue)> named, Mark at)
    {
        var takes = macro.Macro.Takes;
        // Each name that is given is looked for among those that it takes.
        meter.Walk((long)takes.Count * (named.Count + 1), at);
        meter.Copy(takes.Sum(t => (long)t.Name.Length) * (named.Count + 1), at);
        var bound = Invocation.Bind(macro.Macro.Name, [.. takes.Select(t => t.Name)], 0, plain, named, at);
        var inside = new Scope(macro.Scope);
        for (var i = 0; i < takes.Count; i++)
        {
            var (name, usual) = takes[i];
            inside.Set(
                name,
                bound[i]
                    ?? (
                        usual is null
                            ? new TemplateValue.Undefined($"parameter '{name}' was not provided")
                            : Of(usual, inside, macro.Escapes)
                    )
            );
        }

        return play(macro, inside, at);
    }

    private string Key(Expression key, Scope scope, bool escapes)
    {
        if (Of(key, scope, escapes) is not TemplateValue.Text text)
        {
            throw new TemplateStop(TemplateTrouble.Value, key.At, "the keys of a map are texts here");
        }

        meter.Copy(text.Value.Length, key.At);
        return text.Value;
    }

    private T Checked<T>(T value, Mark at)
        where T : TemplateValue =>
        value.Depth <= meter.Limits.Depth
            ? value
            : throw new TemplateStop(TemplateTrouble.Limit, at, $"more than {meter.Limits.Depth} lists stand in one another");
}
