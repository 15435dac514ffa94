namespace Creel.Core.Habitats.Gateway;

/// <summary>An agent's <c>sandbox</c> over that of <c>agents.defaults</c>, field by field. What is null was not written.</summary>
public sealed record SandboxModel
{
    /// <summary>There was one, here or in the defaults.</summary>
    public bool Written { get; init; }

    /// <summary><c>off</c>, <c>non-main</c> or <c>all</c>.</summary>
    public string? Mode { get; init; }

    /// <summary><c>session</c>, <c>agent</c> or <c>shared</c>.</summary>
    public string? Scope { get; init; }

    /// <summary><c>none</c>, <c>ro</c> or <c>rw</c>.</summary>
    public string? WorkspaceAccess { get; init; }

    /// <summary><c>spawned</c> (default) or <c>all</c>.</summary>
    public string SessionToolsVisibility { get; init; } = "spawned";

    /// <summary>Its tools work in a sandbox.</summary>
    public bool Holds => Mode is "all" or "non-main";
}
