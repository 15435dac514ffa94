namespace Creel.Core.Provisioning.Templates;

/// <summary>A part of a template that has a value.</summary>
internal abstract record Expression(Mark At)
{
    /// <summary>How many expressions stand in one another, this one included; the parser keeps it small, since it is walked by recursion.</summary>
    public int Depth { get; set; } = 1;

    internal sealed record Constant(Mark At, TemplateValue Value) : Expression(At);

    internal sealed record Name(Mark At, string Id) : Expression(At);

    /// <param name="Fixed">Written with parentheses or without any.</param>
    internal sealed record Items(Mark At, IReadOnlyList<Expression> All, bool Fixed) : Expression(At);

    internal sealed record Map(Mark At, IReadOnlyList<(Expression Key, Expression Value)> Members) : Expression(At);

    internal sealed record Unary(Mark At, string Sign, Expression Of) : Expression(At);

    /// <param name="Sign">Of arithmetic, or <c>and</c>, or <c>or</c>.</param>
    internal sealed record Binary(Mark At, string Sign, Expression Left, Expression Right) : Expression(At);

    internal sealed record Joined(Mark At, IReadOnlyList<Expression> Parts) : Expression(At);

    internal sealed record Compared(Mark At, Expression First, IReadOnlyList<(string Sign, Expression With)> Rest)
        : Expression(At);

    internal sealed record Choice(Mark At, Expression If, Expression Then, Expression? Else) : Expression(At);

    internal sealed record Attribute(Mark At, Expression Of, string Id) : Expression(At);

    internal sealed record Element(Mark At, Expression Of, Expression Index) : Expression(At);

    internal sealed record Slice(Mark At, Expression Of, Expression? From, Expression? To, Expression? Step) : Expression(At);

    internal sealed record Call(Mark At, Expression Of, Arguments With) : Expression(At);

    internal sealed record Filtered(Mark At, Filter By, Expression Of, Arguments With) : Expression(At);

    internal sealed record Tested(Mark At, ValueTest By, Expression Of, Arguments With) : Expression(At);
}

internal sealed record Arguments(IReadOnlyList<Expression> Plain, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static readonly Arguments None = new([], []);

    public IEnumerable<Expression> All => Plain.Concat(Named.Select(n => n.Value));
}
