namespace Creel.Core.Provisioning.Templates;

/// <summary>The expressions of a template, as Jinja binds them: from the loosest to the tightest.</summary>
internal sealed class ExpressionParser(TokenStream tokens, TemplateLimits limits)
{
    private static readonly string[] Comparing = ["==", "!=", "<", "<=", ">", ">="];
    private readonly PrimaryFollow follow = new(tokens);
    private readonly ExpressionDepth depth = new(tokens, limits);

    /// <param name="choice">It may be <c>a if b else c</c>.</param>
    public Expression Read(bool choice = true) => depth.Nested(() => choice ? Choice() : Or());

    /// <summary>One expression, or several with commas between them, which are a tuple.</summary>
    /// <param name="until">A name that ends it.</param>
    public Expression ReadSeveral(bool choice = true, bool inParentheses = false, string? until = null)
    {
        var at = tokens.Now.At;
        var all = new List<Expression>();
        var several = false;
        while (true)
        {
            if (all.Count > 0)
            {
                tokens.TakeSign(",");
            }

            if (follow.EndsTuple(until))
            {
                break;
            }

            all.Add(Read(choice));
            if (!tokens.Now.IsSign(","))
            {
                break;
            }

            several = true;
        }

        return (several, all) switch
        {
            (false, [var single]) => single,
            (false, _) when !inParentheses => throw Wrong($"Expected an expression, got '{tokens.Now.Words}'"),
            _ => depth.Made(new Expression.Items(at, all, Fixed: true), all),
        };
    }

    /// <summary>A filter or a test as it stands after <c>|</c> or <c>is</c>.</summary>
    public Arguments ReadArguments()
    {
        tokens.TakeSign("(");
        var (plain, named) = (new List<Expression>(), new List<(string, Expression)>());
        while (!tokens.Now.IsSign(")"))
        {
            if (plain.Count + named.Count > 0)
            {
                tokens.TakeSign(",");
                if (tokens.Now.IsSign(")"))
                {
                    break;
                }
            }

            if (tokens.Now.Kind == TokenKind.Name && tokens.Then.IsSign("="))
            {
                var name = tokens.Take().Text;
                tokens.Take();
                named.Add((name, Read()));
            }
            else if (named.Count > 0 || tokens.Now.IsSign("*") || tokens.Now.IsSign("**"))
            {
                throw Wrong("invalid syntax for function call expression");
            }
            else
            {
                plain.Add(Read());
            }
        }

        tokens.TakeSign(")");
        return new Arguments(plain, named);
    }

    private Expression Choice()
    {
        var value = Or();
        while (tokens.Now.IsName("if"))
        {
            var at = tokens.Take().At;
            var test = Or();
            var other = tokens.TakeIfName("else") ? depth.Nested(Choice) : null;
            value = depth.Made(new Expression.Choice(at, test, value, other), test, value, other);
        }

        return value;
    }

    private Expression Or() => Chain(And, "or");

    private Expression And() => Chain(Not, "and");

    private Expression Chain(Func<Expression> part, string word)
    {
        var left = part();
        while (tokens.Now.IsName(word))
        {
            var at = tokens.Take().At;
            var right = part();
            left = depth.Made(new Expression.Binary(at, word, left, right), left, right);
        }

        return left;
    }

    private Expression Not()
    {
        if (!tokens.Now.IsName("not"))
        {
            return Comparison();
        }

        var at = tokens.Take().At;
        var of = depth.Nested(Not);
        return depth.Made(new Expression.Unary(at, "not", of), of);
    }

    private Expression Comparison()
    {
        var at = tokens.Now.At;
        var first = Sum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (tokens.Now.Kind == TokenKind.Sign && Comparing.Contains(tokens.Now.Text))
            {
                rest.Add((tokens.Take().Text, Sum()));
            }
            else if (tokens.TakeIfName("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (tokens.Now.IsName("not") && tokens.Then.IsName("in"))
            {
                tokens.Take();
                tokens.Take();
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count == 0
                    ? first
                    : depth.Made(new Expression.Compared(at, first, rest), [first, .. rest.Select(r => r.Item2)]);
            }
        }
    }

    private Expression Sum() => Signs(Joined, "+", "-");

    private Expression Joined()
    {
        var at = tokens.Now.At;
        var parts = new List<Expression> { Product() };
        while (tokens.TakeIfSign("~"))
        {
            parts.Add(Product());
        }

        return parts.Count == 1 ? parts[0] : depth.Made(new Expression.Joined(at, parts), parts);
    }

    private Expression Product() => Signs(() => Signs(() => Unary(), "**"), "*", "/", "//", "%");

    private Expression Signs(Func<Expression> part, params string[] signs)
    {
        var left = part();
        while (tokens.Now.Kind == TokenKind.Sign && signs.Contains(tokens.Now.Text))
        {
            var sign = tokens.Take();
            var right = part();
            left = depth.Made(new Expression.Binary(sign.At, sign.Text, left, right), left, right);
        }

        return left;
    }

    /// <summary>A filter after <c>-x</c> is of <c>-x</c>.</summary>
    private Expression Unary(bool filtered = true)
    {
        Expression value;
        if (tokens.Now.IsSign("-") || tokens.Now.IsSign("+"))
        {
            var sign = tokens.Take();
            var of = depth.Nested(() => Unary(filtered: false));
            value = depth.Made(new Expression.Unary(sign.At, sign.Text, of), of);
        }
        else
        {
            value = Primary();
        }

        value = Parts(value);
        return filtered ? Filters(value) : value;
    }

    private Expression Primary()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Expression.Constant(token.At, TemplateValue.True),
                    "false" or "False" => new Expression.Constant(token.At, TemplateValue.False),
                    "none" or "None" => new Expression.Constant(token.At, TemplateValue.None),
                    var name => new Expression.Name(token.At, name),
                };
            case TokenKind.Text:
                var text = new System.Text.StringBuilder(token.Text);
                while (tokens.Now.Kind == TokenKind.Text)
                {
                    text.Append(tokens.Take().Text);
                }

                return new Expression.Constant(token.At, TemplateValue.Of(text.ToString()));
            case TokenKind.Whole:
                return new Expression.Constant(token.At, TemplateValue.Of(token.Whole));
            case TokenKind.Real:
                return new Expression.Constant(token.At, TemplateValue.Of(token.Real));
            case TokenKind.Sign when token.Text == "(":
                var several = ReadSeveral(inParentheses: true);
                tokens.TakeSign(")");
                return several;
            case TokenKind.Sign when token.Text == "[":
                return List(token.At);
            case TokenKind.Sign when token.Text == "{":
                return Map(token.At);
            default:
                throw new TemplateStop(TemplateTrouble.Syntax, token.At, $"unexpected '{token.Words}'");
        }
    }

    private Expression.Items List(Mark at)
    {
        var all = Separated("]", () => Read());
        return depth.Made(new Expression.Items(at, all, Fixed: false), all);
    }

    private Expression.Map Map(Mark at)
    {
        var members = Separated(
            "}",
            () =>
            {
                var key = Read();
                tokens.TakeSign(":");
                return (key, Read());
            }
        );
        return depth.Made(new Expression.Map(at, members), [.. members.SelectMany(m => (Expression[])[m.Item1, m.Item2])]);
    }

    /// <summary>With commas between, and one more at the end if one likes.</summary>
    private List<T> Separated<T>(string end, Func<T> read)
    {
        var all = new List<T>();
        while (!tokens.Now.IsSign(end))
        {
            if (all.Count > 0)
            {
                tokens.TakeSign(",");
                if (tokens.Now.IsSign(end))
                {
                    break;
                }
            }

            all.Add(read());
        }

        tokens.TakeSign(end);
        return all;
    }

    /// <summary><c>.name</c>, <c>[index]</c> and calls.</summary>
    private Expression Parts(Expression value)
    {
        while (true)
        {
            if (tokens.Now.IsSign("."))
            {
                var at = tokens.Take().At;
                value = tokens.Now.Kind switch
                {
                    TokenKind.Name => depth.Made(new Expression.Attribute(at, value, tokens.Take().Text), value),
                    TokenKind.Whole => depth.Made(new Expression.Element(at, value, Primary()), value),
                    _ => throw Wrong("expected name or number"),
                };
            }
            else if (tokens.Now.IsSign("["))
            {
                value = Subscript(value, tokens.Take().At);
            }
            else if (tokens.Now.IsSign("("))
            {
                value = Called(value);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression.Call Called(Expression value)
    {
        var at = tokens.Now.At;
        var with = ReadArguments();
        return depth.Made(new Expression.Call(at, value, with), [value, .. with.All]);
    }

    private Expression Subscript(Expression of, Mark at)
    {
        var from = tokens.Now.IsSign(":") ? null : Read();
        if (from is not null && tokens.Now.IsSign(","))
        {
            List<Expression> several = [from];
            while (tokens.TakeIfSign(",") && !tokens.Now.IsSign("]"))
            {
                several.Add(Read());
            }

            from = depth.Made(new Expression.Items(at, several, Fixed: true), several);
        }

        if (from is not null && !tokens.Now.IsSign(":"))
        {
            tokens.TakeSign("]");
            return depth.Made(new Expression.Element(at, of, from), of, from);
        }

        tokens.TakeSign(":");
        var to = tokens.Now.IsSign(":") || tokens.Now.IsSign("]") ? null : Read();
        var step = tokens.TakeIfSign(":") && !tokens.Now.IsSign("]") ? Read() : null;
        tokens.TakeSign("]");
        return depth.Made(new Expression.Slice(at, of, from, to, step), of, from, to, step);
    }

    private Expression Filters(Expression value)
    {
        while (true)
        {
            if (tokens.TakeIfSign("|"))
            {
                var name = follow.DottedName();
                var filter = FilterBook.Find(name.Text, name.At);
                var with = tokens.Now.IsSign("(") ? ReadArguments() : Arguments.None;
                value = depth.Made(new Expression.Filtered(name.At, filter, value, with), [value, .. with.All]);
            }
            else if (tokens.TakeIfName("is"))
            {
                value = Tested(value);
            }
            else if (tokens.Now.IsSign("("))
            {
                value = Called(value);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Tested(Expression value)
    {
        var not = tokens.TakeIfName("not");
        var name = follow.DottedName();
        var test = TestBook.Find(name.Text, name.At);
        var with = Arguments.None;
        if (tokens.Now.IsSign("("))
        {
            with = ReadArguments();
        }
        else if (follow.BeginsArgument())
        {
            with = new Arguments([Parts(depth.Nested(Primary))], []);
        }

        var tested = depth.Made(new Expression.Tested(name.At, test, value, with), [value, .. with.All]);
        return not ? depth.Made(new Expression.Unary(name.At, "not", tested), tested) : tested;
    }

    private TemplateStop Wrong(string cause) => new(TemplateTrouble.Syntax, tokens.Now.At, cause);
}
