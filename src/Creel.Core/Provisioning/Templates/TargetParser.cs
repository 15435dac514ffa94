namespace Creel.Core.Provisioning.Templates;

/// <summary>What <c>set</c> and <c>for</c> assign to: names, with commas and parentheses.</summary>
internal sealed class TargetParser(TokenStream tokens, TemplateLimits limits)
{
    private readonly PrimaryFollow follow = new(tokens);

    public Target Read(string? until = null) => Several(until, 0);

    private Target Several(string? until, int depth)
    {
        var at = tokens.Now.At;
        var parts = new List<Target>();
        var several = false;
        while (true)
        {
            if (parts.Count > 0)
            {
                tokens.TakeSign(",");
            }

            if (follow.EndsTuple(until) || tokens.Now.IsSign("="))
            {
                break;
            }

            parts.Add(One(depth));
            if (!tokens.Now.IsSign(","))
            {
                break;
            }

            several = true;
        }

        return (several, parts.Count) switch
        {
            (false, 1) => parts[0],
            (false, _) when depth == 0 => throw Wrong($"Expected an expression, got '{tokens.Now.Words}'"),
            _ => new Target.Apart(at, parts),
        };
    }

    private Target One(int depth)
    {
        var token = tokens.Take();
        if (token.IsSign("(") && depth < limits.Depth)
        {
            var inner = Several(null, depth + 1);
            tokens.TakeSign(")");
            return inner;
        }

        return token.Kind == TokenKind.Name && token.Text is not ("true" or "True" or "false" or "False" or "none" or "None")
            ? new Target.Name(token.At, token.Text)
            : throw new TemplateStop(TemplateTrouble.Syntax, token.At, $"can't assign to '{token.Words}'");
    }

    private TemplateStop Wrong(string cause) => new(TemplateTrouble.Syntax, tokens.Now.At, cause);
}
