using System.Runtime.CompilerServices;

namespace Creel.Core.Provisioning.Templates;

/// <summary>The tags of a template, and what stands between them.</summary>
internal sealed class StatementParser(TokenStream tokens, TemplateLimits limits)
{
    private static readonly string[] NotHere =
    [
        .. (string[])["extends", "block", "import", "from", "call", "filter", "with", "autoescape", "print", "do"],
        .. (string[])["break", "continue", "trans", "debug"],
    ];

    private readonly ExpressionParser expressions = new(tokens, limits);
    private readonly TargetParser targets = new(tokens, limits);
    private readonly List<string[]> ends = [];
    private readonly Stack<string> open = new();

    public IReadOnlyList<Statement> Read() => Body(null);

    /// <summary>Up to a tag with one of these names, which is not taken.</summary>
    private List<Statement> Body(string[]? until)
    {
        var body = new List<Statement>();
        while (tokens.Now.Kind != TokenKind.End)
        {
            var token = tokens.Take();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new Statement.Literal(token.At, token.Text));
                    break;
                case TokenKind.PrintBegin:
                    body.Add(new Statement.Print(token.At, expressions.ReadSeveral()));
                    tokens.TakeEnd(TokenKind.PrintEnd);
                    break;
                case var _ when until is not null && tokens.Now.Kind == TokenKind.Name && until.Contains(tokens.Now.Text):
                    return body;
                default:
                    body.Add(Tag());
                    tokens.TakeEnd(TokenKind.TagEnd);
                    break;
            }
        }

        return until is null ? body : throw Unexpected(null, tokens.Now.At);
    }

    /// <summary>After the tag that opens it, up to one of these, which is taken.</summary>
    private (List<Statement> Body, string End) Inside(params string[] until)
    {
        tokens.TakeIfSign(":");
        tokens.TakeEnd(TokenKind.TagEnd);
        ends.Add(until);
        var body = Body(until);
        ends.RemoveAt(ends.Count - 1);
        return (body, tokens.Take().Text);
    }

    private Statement Tag()
    {
        if (tokens.Now.Kind != TokenKind.Name)
        {
            throw Wrong("tag name expected");
        }

        if (open.Count >= limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateStop(TemplateTrouble.Limit, tokens.Now.At, $"more than {limits.Depth} tags stand in one another");
        }

        var tag = tokens.Take();
        open.Push(tag.Text);
        Statement read = tag.Text switch
        {
            "if" => If(tag.At),
            "for" => For(tag.At),
            "set" => Set(tag.At),
            "include" => Include(tag.At),
            "macro" => Macro(tag.At),
            var name => throw NoTag(name, tag.At),
        };
        open.Pop();
        return read;
    }

    private Statement.If If(Mark at)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        while (true)
        {
            var test = expressions.ReadSeveral(choice: false);
            var (body, end) = Inside("elif", "else", "endif");
            branches.Add((test, body));
            if (end != "elif")
            {
                return new Statement.If(at, branches, end == "else" ? Inside("endif").Body : []);
            }
        }
    }

    private Statement.For For(Mark at)
    {
        var each = targets.Read(until: "in");
        tokens.TakeName("in");
        var all = expressions.ReadSeveral(choice: false, until: "recursive");
        var where = tokens.TakeIfName("if") ? expressions.Read() : null;
        if (tokens.Now.IsName("recursive"))
        {
            throw new TemplateStop(TemplateTrouble.Unknown, tokens.Now.At, "loops are not recursive here");
        }

        var (body, end) = Inside("endfor", "else");
        return new Statement.For(at, each, all, where, body, end == "else" ? Inside("endfor").Body : []);
    }

    private Statement Set(Mark at)
    {
        var to = targets.Read();
        return tokens.TakeIfSign("=")
            ? new Statement.Set(at, to, expressions.ReadSeveral())
            : new Statement.Capture(at, to, Inside("endset").Body);
    }

    private Statement.Include Include(Mark at)
    {
        var place = tokens.Now.At;
        if (expressions.Read() is not Expression.Constant { Value: TemplateValue.Text { Value: var name } })
        {
            throw new TemplateStop(
                TemplateTrouble.Syntax,
                place,
                "include takes a name in quotes",
                "write it out, as in {% include \"TOOLS.md\" %}"
            );
        }

        var (misses, seeing) = (false, true);
        if (tokens.Now.IsName("ignore") && tokens.Then.IsName("missing"))
        {
            tokens.Take();
            tokens.Take();
            misses = true;
        }

        if ((tokens.Now.IsName("with") || tokens.Now.IsName("without")) && tokens.Then.IsName("context"))
        {
            seeing = tokens.Take().Text == "with";
            tokens.Take();
        }

        return new Statement.Include(at, name, misses, seeing);
    }

    private Statement.Macro Macro(Mark at)
    {
        var name = tokens.TakeName().Text;
        tokens.TakeSign("(");
        var takes = new List<(string, Expression?)>();
        while (!tokens.Now.IsSign(")"))
        {
            if (takes.Count > 0)
            {
                tokens.TakeSign(",");
            }

            var taken = tokens.TakeName();
            var usual = tokens.TakeIfSign("=") ? expressions.Read() : null;
            if (usual is null && takes.Count > 0 && takes[^1].Item2 is not null)
            {
                throw new TemplateStop(TemplateTrouble.Syntax, taken.At, "non-default argument follows default argument");
            }

            takes.Add((taken.Text, usual));
        }

        tokens.TakeSign(")");
        return new Statement.Macro(at, name, takes, Inside("endmacro").Body);
    }

    private TemplateStop NoTag(string name, Mark at)
    {
        open.Pop();
        return NotHere.Contains(name)
            ? new TemplateStop(
                TemplateTrouble.Unknown,
                at,
                $"there is no tag '{name}' here",
                "there are if, for, set, include, macro and raw"
            )
            : Unexpected(name, at);
    }

    private TemplateStop Unexpected(string? name, Mark at)
    {
        var cause = name is null ? "Unexpected end of template." : $"Encountered unknown tag '{Shown(name)}'.";
        if (ends.Count > 0)
        {
            var looking = string.Join(" or ", ends[^1].Select(end => $"'{end}'"));
            cause +=
                name is not null && ends.Any(end => end.Contains(name))
                    ? $" You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {looking}."
                    : $" Jinja was looking for the following tags: {looking}.";
        }

        cause += open.Count > 0 ? $" The innermost block that needs to be closed is '{open.Peek()}'." : "";
        return new TemplateStop(TemplateTrouble.Syntax, at, cause);
    }

    private static string Shown(string name) => name.Length > 40 ? name[..40] : name;

    private TemplateStop Wrong(string cause) => new(TemplateTrouble.Syntax, tokens.Now.At, cause);
}
