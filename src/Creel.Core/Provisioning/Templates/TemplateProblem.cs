namespace Creel.Core.Provisioning.Templates;

/// <summary>What is wrong with a template, or with what it was rendered with.</summary>
/// <param name="File">The template's name, as it was asked for.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Cause">One sentence; for names that are not there, the words of Jinja.</param>
public sealed record TemplateProblem(
    TemplateTrouble Trouble,
    string File,
    int Line,
    int Column,
    string Cause,
    string? Remedy = null
)
{
    public string Place => $"{File}:{Line}:{Column}";

    public Fault ToFault() => new(FaultKind.Invalid, Code, $"{Place}: {Cause}", Remedy);

    private string Code =>
        Trouble switch
        {
            TemplateTrouble.Syntax => "template-syntax",
            TemplateTrouble.Unknown => "template-unknown",
            TemplateTrouble.Undefined => "template-undefined",
            TemplateTrouble.NotFound => "template-not-found",
            TemplateTrouble.Value => "template-value",
            TemplateTrouble.Time => "template-time",
            TemplateTrouble.Together => "template-together",
            _ => "template-limit",
        };
}

public enum TemplateTrouble
{
    Syntax,

    /// <summary>A filter, a test or a tag that is not of this language.</summary>
    Unknown,

    /// <summary>A name, a key or an element that is not there.</summary>
    Undefined,

    /// <summary>An included template that is not there.</summary>
    NotFound,

    /// <summary>A value of the wrong kind, a division by zero.</summary>
    Value,

    /// <summary>It takes more than <see cref="TemplateLimits"/> allow.</summary>
    Limit,

    /// <summary>It takes longer than <see cref="TemplateLimits.Time"/>.</summary>
    Time,

    /// <summary>It and others take more than <see cref="TemplateAllowance"/> allows.</summary>
    Together,
}
