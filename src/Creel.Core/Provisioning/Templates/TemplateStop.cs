namespace Creel.Core.Provisioning.Templates;

/// <summary>A problem on its way out of the parser or the evaluation; it never leaves this room.</summary>
internal sealed class TemplateStop(TemplateTrouble trouble, Mark at, string cause, string? remedy = null) : Exception(cause)
{
    public TemplateProblem Problem(string file) => new(trouble, file, at.Line, at.Column, Message, remedy);
}

/// <summary>A problem of an included template, which already knows its own file.</summary>
internal sealed class TemplateStopElsewhere(TemplateProblem problem) : Exception(problem.Cause)
{
    public TemplateProblem Problem => problem;
}

/// <summary>A place in a template's text, both from 1.</summary>
internal readonly record struct Mark(int Line, int Column);
