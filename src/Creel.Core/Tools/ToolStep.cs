namespace Creel.Core.Tools;

/// <summary>One step of the policy: what it lets through of the tools that came to it. It can't bring any back.</summary>
/// <param name="Name">Where in the configuration it is said.</param>
/// <param name="Allow">Expanded; empty: all.</param>
/// <param name="Deny">Expanded.</param>
internal sealed record ToolStep(string Name, IReadOnlyList<string> Allow, IReadOnlyList<string> Deny)
{
    /// <summary>Why a tool ends here; null: it does not.</summary>
    public string? Removes(string tool)
    {
        if (ToolPattern.Match(Deny, tool) is { } denied)
        {
            return $"denies {denied}";
        }

        var allowed =
            Allow.Count == 0
            || ToolPattern.Match(Allow, tool) is not null
            // Whoever may run a program may patch a file.
            || (tool == "apply_patch" && ToolPattern.Match(Allow, "exec") is not null);
        return allowed ? null : "does not allow it";
    }

    /// <summary>A list of the configuration, with what it adds.</summary>
    public static ToolStep Of(string name, ToolList list) =>
        new(name, ToolPattern.Expand(Allowed(list.Allow, list.AlsoAllow)), ToolPattern.Expand(list.Deny ?? []));

    /// <summary>An allow list of which nothing is a tool, as one of plugins alone, limits nothing: it was meant to add.</summary>
    public ToolStep WithoutStrangers(out bool ignored)
    {
        ignored = Allow.Count > 0 && !Allow.Any(word => ToolNames.All.Any(tool => ToolPattern.Matches(word, tool)));
        return ignored ? this with { Allow = [] } : this;
    }

    private static IEnumerable<string> Allowed(IReadOnlyList<string>? allow, IReadOnlyList<string>? also) =>
        also is not { Count: > 0 } ? allow ?? []
        : allow is { Count: > 0 } ? [.. allow, .. also]
        : ["*", .. also];
}
