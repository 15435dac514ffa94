namespace Creel.Core.Provisioning.Templates;

/// <summary>What stands after <c>|</c>.</summary>
/// <param name="Takes">The names of its arguments, in their order.</param>
/// <param name="Needs">How many of them must be there.</param>
internal sealed record Filter(string Name, string[] Takes, int Needs, Func<Invocation, TemplateValue> Apply)
{
    public static Filter Plain(string name, Func<Invocation, TemplateValue> apply) => new(name, [], 0, apply);
}

/// <summary>What stands after <c>is</c>.</summary>
internal sealed record ValueTest(string Name, string[] Takes, Func<Invocation, bool> Holds);

/// <summary>A filter or a test, about to be applied.</summary>
/// <param name="With">Null where an argument was left out.</param>
/// <param name="Escapes">What is printed is escaped.</param>
internal sealed record Invocation(TemplateValue Value, TemplateValue?[] With, Mark At, Meter Meter, bool Escapes)
{
    public bool Marked => Value is TemplateValue.Text { Marked: true };

    public TemplateValue Argument(int number) => With[number] ?? TemplateValue.None;

    public string Str() => Wording.Str(Value, At, Meter);

    /// <summary>Its text, about to be looked at character by character.</summary>
    /// <param name="times">How often.</param>
    public string Letters(int times = 1)
    {
        var text = Str();
        Meter.Walk((long)text.Length * times, At);
        return text;
    }

    public string Str(int number, string usual) => With[number] is { } given ? Wording.Str(given, At, Meter) : usual;

    public bool Flag(int number, bool usual = false) => With[number] is { } given ? Truth.Of(given, At) : usual;

    public long Whole(int number, long usual) =>
        With[number] is not { } given
            ? usual
            : Number.Whole(given)
                ?? throw Wrong($"the argument {number + 1} must be an integer, not '{Wording.TypeName(given)}'");

    public TemplateStop Wrong(string cause) => new(TemplateTrouble.Value, At, cause);

    /// <summary>Text stays markup where it was.</summary>
    public TemplateValue Text(string text)
    {
        Meter.Make(text.Length, At);
        return new TemplateValue.Text(text, Marked);
    }

    /// <summary>Its items, in their order: of a text its characters, of a map its keys.</summary>
    public IReadOnlyList<TemplateValue> Items() => Iteration.Over(Value, Meter, At);

    /// <exception cref="TemplateStop">There are too many, too few, or they have other names.</exception>
    public static TemplateValue?[] Bind(
        string of,
        string[] takes,
        int needs,
        IReadOnlyList<TemplateValue> plain,
        IReadOnlyList<(string Name, TemplateValue Value)> named,
        Mark at
    )
    {
        var bound = new TemplateValue?[takes.Length];
        if (plain.Count > takes.Length)
        {
            throw new TemplateStop(TemplateTrouble.Value, at, $"'{of}' takes not more than {takes.Length} argument(s)");
        }

        for (var i = 0; i < plain.Count; i++)
        {
            bound[i] = plain[i];
        }

        foreach (var (name, value) in named)
        {
            var place = Array.IndexOf(takes, name);
            if (place < 0 || bound[place] is not null)
            {
                throw new TemplateStop(
                    TemplateTrouble.Value,
                    at,
                    place < 0 ? $"'{of}' takes no keyword argument '{name}'" : $"'{of}' got multiple values for argument '{name}'"
                );
            }

            bound[place] = value;
        }

        for (var i = 0; i < needs; i++)
        {
            if (bound[i] is null)
            {
                throw new TemplateStop(TemplateTrouble.Value, at, $"'{of}' needs its argument '{takes[i]}'");
            }
        }

        return bound;
    }
}
