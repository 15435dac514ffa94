namespace Creel.Core.Provisioning.Templates;

/// <summary>What the next token can be the beginning, or the end, of.</summary>
internal sealed class PrimaryFollow(TokenStream tokens)
{
    public bool EndsTuple(string? until) =>
        tokens.Now.Kind is TokenKind.PrintEnd or TokenKind.TagEnd
        || tokens.Now.IsSign(")")
        || (until is not null && tokens.Now.IsName(until));

    /// <summary>Of a test without parentheses, as in <c>is divisibleby 3</c>.</summary>
    /// <exception cref="TemplateStop">It is another test.</exception>
    public bool BeginsArgument()
    {
        var now = tokens.Now;
        if (now.IsName("is"))
        {
            throw new TemplateStop(TemplateTrouble.Syntax, now.At, "You cannot chain multiple tests with is");
        }

        return now.Kind switch
        {
            TokenKind.Name => now.Text is not ("else" or "or" or "and"),
            TokenKind.Text or TokenKind.Whole or TokenKind.Real => true,
            TokenKind.Sign => now.Text is "(" or "[" or "{",
            _ => false,
        };
    }

    public Token DottedName()
    {
        var name = tokens.TakeName();
        while (tokens.TakeIfSign("."))
        {
            name = name with { Text = $"{name.Text}.{tokens.TakeName().Text}" };
        }

        return name;
    }
}
