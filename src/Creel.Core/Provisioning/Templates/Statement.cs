namespace Creel.Core.Provisioning.Templates;

/// <summary>A part of a template that writes, or changes what a name stands for.</summary>
internal abstract record Statement(Mark At)
{
    internal sealed record Literal(Mark At, string Text) : Statement(At);

    internal sealed record Print(Mark At, Expression Of) : Statement(At);

    internal sealed record If(
        Mark At,
        IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> Branches,
        IReadOnlyList<Statement> Else
    ) : Statement(At);

    internal sealed record For(
        Mark At,
        Target Each,
        Expression In,
        Expression? Where,
        IReadOnlyList<Statement> Body,
        IReadOnlyList<Statement> Else
    ) : Statement(At);

    internal sealed record Set(Mark At, Target To, Expression Value) : Statement(At);

    /// <summary><c>{% set x %}…{% endset %}</c>.</summary>
    internal sealed record Capture(Mark At, Target To, IReadOnlyList<Statement> Body) : Statement(At);

    /// <param name="Seeing">It sees the names of who includes it.</param>
    internal sealed record Include(Mark At, string Name, bool MayMiss, bool Seeing) : Statement(At);

    internal sealed record Macro(
        Mark At,
        string Name,
        IReadOnlyList<(string Name, Expression? Usual)> Takes,
        IReadOnlyList<Statement> Body
    ) : Statement(At);
}

/// <summary>What is assigned to: a name, or several that take one value apart.</summary>
internal abstract record Target(Mark At)
{
    internal sealed record Name(Mark At, string Id) : Target(At);

    internal sealed record Apart(Mark At, IReadOnlyList<Target> Parts) : Target(At);
}
