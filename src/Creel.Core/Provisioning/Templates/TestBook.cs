namespace Creel.Core.Provisioning.Templates;

/// <summary>The tests that there are. Most can be asked of what is not there, and are false.</summary>
internal static class TestBook
{
    private static readonly (string Sign, string[] Names)[] Signs =
    [
        ("==", ["==", "eq", "equalto"]),
        ("!=", ["!=", "ne"]),
        ("<", ["<", "lt", "lessthan"]),
        ("<=", ["<=", "le"]),
        (">", [">", "gt", "greaterthan"]),
        (">=", [">=", "ge"]),
    ];

    private static readonly Dictionary<string, ValueTest> All = Tests().ToDictionary(test => test.Name, StringComparer.Ordinal);

    /// <exception cref="TemplateStop">There is none of that name.</exception>
    public static ValueTest Find(string name, Mark at) =>
        All.GetValueOrDefault(name)
        ?? throw new TemplateStop(
            TemplateTrouble.Unknown,
            at,
            $"No test named '{(name.Length > 40 ? name[..40] : name)}'.",
            $"there are {string.Join(", ", All.Keys.Where(k => char.IsLetter(k[0])).Order(StringComparer.Ordinal))}"
        );

    private static IEnumerable<ValueTest> Tests()
    {
        yield return new("defined", [], call => call.Value is not TemplateValue.Undefined);
        yield return new("undefined", [], call => call.Value is TemplateValue.Undefined);
        yield return new("none", [], call => call.Value is TemplateValue.Nothing);
        yield return new("boolean", [], call => call.Value is TemplateValue.Truth);
        yield return new("true", [], call => call.Value is TemplateValue.Truth { Value: true });
        yield return new("false", [], call => call.Value is TemplateValue.Truth { Value: false });
        yield return new("integer", [], call => call.Value is TemplateValue.Whole);
        yield return new("float", [], call => call.Value is TemplateValue.Real);
        yield return new("number", [], call => Number.Of(call.Value) is not null);
        yield return new("string", [], call => call.Value is TemplateValue.Text);
        yield return new("mapping", [], call => call.Value is TemplateValue.Map);
        yield return new("sequence", [], call => call.Value is TemplateValue.Text or TemplateValue.Items or TemplateValue.Map);
        yield return new("iterable", [], Iterable);
        yield return new("lower", [], call => IsCased(call, PythonCase.Lower));
        yield return new("upper", [], call => IsCased(call, PythonCase.Upper));
        yield return new("odd", [], call => Rest(call, TemplateValue.Of(2L)) is 1);
        yield return new("even", [], call => Rest(call, TemplateValue.Of(2L)) is 0);
        yield return new("divisibleby", ["num"], call => Rest(call, call.Argument(0)) is 0);
        yield return new("in", ["seq"], call => Compared(call, "in"));
        foreach (var (sign, names) in Signs)
        {
            foreach (var name in names)
            {
                yield return new(name, ["other"], call => Compared(call, sign));
            }
        }
    }

    private static bool Compared(Invocation call, string sign) =>
        new Comparison(call.Meter).Holds(sign, call.Value, call.Argument(0), call.At);

    private static bool Iterable(Invocation call) =>
        call.Value is TemplateValue.Undefined missing
            ? throw Wording.NotThere(missing, call.At)
            : call.Value is TemplateValue.Text or TemplateValue.Items or TemplateValue.Map;

    /// <summary>It has letters, and all that have case have this one.</summary>
    private static bool IsCased(Invocation call, Func<string, string> turn)
    {
        var text = call.Letters(3);
        return turn(text) == text && (PythonCase.Upper(text) != text || PythonCase.Lower(text) != text);
    }

    private static double? Rest(Invocation call, TemplateValue by) =>
        Number.Real(new Arithmetic(call.Meter).Do("%", call.Value, by, call.At));
}
