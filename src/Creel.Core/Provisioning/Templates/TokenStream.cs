namespace Creel.Core.Provisioning.Templates;

/// <summary>The tokens of a template, one after the other.</summary>
internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    private int at;

    public Token Now => tokens[at];

    public Token Then => tokens[Math.Min(at + 1, tokens.Count - 1)];

    public Token Take()
    {
        var token = tokens[at];
        at = Math.Min(at + 1, tokens.Count - 1);
        return token;
    }

    public bool TakeIfName(string name)
    {
        var found = Now.IsName(name);
        if (found)
        {
            Take();
        }

        return found;
    }

    public bool TakeIfSign(string sign)
    {
        var found = Now.IsSign(sign);
        if (found)
        {
            Take();
        }

        return found;
    }

    /// <exception cref="TemplateStop">It is another.</exception>
    public Token TakeSign(string sign) => Now.IsSign(sign) ? Take() : throw Expected(sign);

    public Token TakeName(string? name = null) =>
        Now.Kind == TokenKind.Name && (name is null || Now.Text == name) ? Take() : throw Expected(name ?? "name");

    public Token TakeEnd(TokenKind kind) => Now.Kind == kind ? Take() : throw Expected(new Token(kind, "", default).Words);

    private TemplateStop Expected(string wanted) =>
        new(
            TemplateTrouble.Syntax,
            Now.At,
            Now.Kind == TokenKind.End
                ? $"unexpected end of template, expected '{wanted}'."
                : $"expected token '{wanted}', got '{Now.Words}'"
        );
}
