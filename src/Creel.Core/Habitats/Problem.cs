namespace Creel.Core.Habitats;

/// <summary>Something wrong in a habitat, at its place.</summary>
/// <param name="File">As the user named it; for variables, <c>environment</c>.</param>
/// <param name="Line">From 1; 0 where there is no line.</param>
/// <param name="Column">From 1, in characters; 0 where there is none.</param>
/// <param name="Path">Dotted, as in <c>agents.list[1].isolation</c>; empty for the whole.</param>
/// <param name="Message">The cause, and what to do.</param>
public sealed record Problem(Severity Severity, string File, int Line, int Column, string Path, string Message)
{
    /// <summary>As in OpenClaw's issues: <c>agents.list.1.isolation</c>; of a key that is none, the path of its object.</summary>
    public string Dotted { get; init; } = "";

    /// <summary>What kind of mistake it is, in one word, where there is one: <c>required</c>, <c>wrong_type</c>, <c>unrecognized_key</c>, …</summary>
    public string? Code { get; init; }

    /// <summary>It tells what an older profile opens that Creel keeps shut.</summary>
    public bool Exposed { get; init; }

    /// <summary><c>file:line:column path: message</c>.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        return Path.Length > 0 ? $"{place} {Path}: {Message}" : $"{place}: {Message}";
    }
}

public enum Severity
{
    /// <summary>Worth knowing; it applies all the same.</summary>
    Warning,

    /// <summary>Nothing is applied.</summary>
    Error,
}
