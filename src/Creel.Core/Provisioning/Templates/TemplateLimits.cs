namespace Creel.Core.Provisioning.Templates;

/// <summary>How much one rendering may take. A template is user text: it ends, and soon.</summary>
public sealed record TemplateLimits
{
    public static readonly TemplateLimits Usual = new();

    /// <summary>Characters of a template.</summary>
    public int Source { get; init; } = 1024 * 1024;

    /// <summary>Characters of what is rendered, and of any one text on the way.</summary>
    public int Output { get; init; } = 4 * 1024 * 1024;

    /// <summary>How deep expressions, and tags, may stand in one another.</summary>
    public int Depth { get; init; } = 100;

    /// <summary>How deep templates may include, and macros call, one another.</summary>
    public int Calls { get; init; } = 12;

    /// <summary>Rounds of all loops together.</summary>
    public int Rounds { get; init; } = 100_000;

    /// <summary>
    /// What is evaluated, each item that is made, copied or looked at, each character that is worked on by itself, and each 16 that are
    /// copied or only looked through, count as one. It bounds what is kept at once as well.
    /// </summary>
    public int Work { get; init; } = 2_000_000;

    /// <summary>By the clock: for what would take long nevertheless.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
