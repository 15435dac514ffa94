namespace Creel.Core.Provisioning.Templates;

internal enum TokenKind
{
    Data,
    PrintBegin,
    PrintEnd,
    TagBegin,
    TagEnd,
    Name,
    Text,
    Whole,
    Real,
    Sign,
    End,
}

/// <param name="Text">Of a name, a sign or data as it is written; of a text what it stands for.</param>
internal readonly record struct Token(TokenKind Kind, string Text, Mark At, long Whole = 0, double Real = 0)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;

    public bool IsName(string name) => Is(TokenKind.Name, name);

    public bool IsSign(string sign) => Is(TokenKind.Sign, sign);

    /// <summary>For messages.</summary>
    public string Words =>
        Kind switch
        {
            TokenKind.End => "end of template",
            TokenKind.PrintEnd => "end of print statement",
            TokenKind.TagEnd => "end of statement block",
            TokenKind.Text => "string",
            TokenKind.Whole => "integer",
            TokenKind.Real => "float",
            _ => Text.Length > 40 ? Text[..40] : Text,
        };
}
