namespace Creel.Core.Provisioning.Templates;

/// <summary>The names in a template: those that it asks for, wherever that is, and those that it knows of itself.</summary>
internal sealed class TemplateNames
{
    private static readonly string[] Always = ["loop", "range", "varargs", "kwargs", "caller"];

    private readonly List<Expression.Name> asked = [];
    private readonly HashSet<string> own = new(Always, StringComparer.Ordinal);

    private TemplateNames() { }

    /// <summary>In their order.</summary>
    public IReadOnlyList<Expression.Name> Asked => asked;

    /// <summary>It sets them, or asks somewhere whether they are there.</summary>
    public IReadOnlySet<string> Own => own;

    public static TemplateNames Of(IEnumerable<Statement> body)
    {
        var names = new TemplateNames();
        names.Read(body);
        return names;
    }

    private void Read(IEnumerable<Statement> body)
    {
        foreach (var statement in body)
        {
            Read(statement);
        }
    }

    private void Read(Statement statement)
    {
        switch (statement)
        {
            case Statement.Print print:
                Read(print.Of);
                break;
            case Statement.If choice:
                foreach (var (test, then) in choice.Branches)
                {
                    Read(test);
                    Read(then);
                }

                Read(choice.Else);
                break;
            case Statement.For loop:
                Take(loop.Each);
                Read(loop.In);
                Read(loop.Where);
                Read(loop.Body);
                Read(loop.Else);
                break;
            case Statement.Set set:
                Take(set.To);
                Read(set.Value);
                break;
            case Statement.Capture capture:
                Take(capture.To);
                Read(capture.Body);
                break;
            case Statement.Macro macro:
                own.Add(macro.Name);
                own.UnionWith(macro.Takes.Select(t => t.Name));
                Read(macro.Takes.Select(t => t.Usual));
                Read(macro.Body);
                break;
        }
    }

    private void Take(Target target)
    {
        switch (target)
        {
            case Target.Name name:
                own.Add(name.Id);
                break;
            case Target.Apart apart:
                foreach (var part in apart.Parts)
                {
                    Take(part);
                }

                break;
        }
    }

    private void Read(IEnumerable<Expression?> all)
    {
        foreach (var one in all)
        {
            Read(one);
        }
    }

    private void Read(Expression? expression)
    {
        switch (expression)
        {
            case Expression.Tested { By.Name: "defined" or "undefined", Of: Expression.Name name }:
                own.Add(name.Id);
                break;
            case Expression.Filtered { By.Name: "default", Of: Expression.Name name } filtered:
                own.Add(name.Id);
                Read(filtered.With.All);
                break;
            case Expression.Name name:
                asked.Add(name);
                break;
            case not null:
                Read(Parts(expression));
                break;
        }
    }

    private static IEnumerable<Expression> Parts(Expression expression) =>
        expression switch
        {
            Expression.Items items => items.All,
            Expression.Map map => map.Members.SelectMany(m => new[] { m.Key, m.Value }),
            Expression.Unary unary => [unary.Of],
            Expression.Binary binary => [binary.Left, binary.Right],
            Expression.Joined joined => joined.Parts,
            Expression.Compared compared => compared.Rest.Select(r => r.With).Prepend(compared.First),
            Expression.Choice choice => There(choice.If, choice.Then, choice.Else),
            Expression.Attribute attribute => [attribute.Of],
            Expression.Element element => [element.Of, element.Index],
            Expression.Slice slice => There(slice.Of, slice.From, slice.To, slice.Step),
            Expression.Call call => call.With.All.Prepend(call.Of),
            Expression.Filtered filtered => filtered.With.All.Prepend(filtered.Of),
            Expression.Tested tested => tested.With.All.Prepend(tested.Of),
            _ => [],
        };

    private static IEnumerable<Expression> There(params IEnumerable<Expression?> all) => all.OfType<Expression>();
}
