namespace Creel.Core.Tools;

/// <summary>All that a habitat says of one agent's tools. No secret is in it: an agent's cell is told all of it.</summary>
public sealed record ToolRules
{
    /// <summary>Nothing is said, so nothing is taken away.</summary>
    public static ToolRules Usual { get; } = new();

    /// <summary>The top level's <c>tools</c>.</summary>
    public ToolScope Global { get; init; } = ToolScope.Nothing;

    /// <summary>The agent's own <c>tools</c>.</summary>
    public ToolScope Agent { get; init; } = ToolScope.Nothing;

    /// <summary><c>sandbox.mode</c> is <c>all</c> for this agent.</summary>
    public bool Sandboxed { get; init; }

    /// <summary>Top level's <c>tools.sandbox.tools</c>.</summary>
    public ToolList GlobalSandbox { get; init; } = new();

    /// <summary>The agent's <c>tools.sandbox.tools</c>.</summary>
    public ToolList AgentSandbox { get; init; } = new();

    /// <summary><c>tools.subagents.tools</c>.</summary>
    public ToolList Subagents { get; init; } = new();

    /// <summary><c>tools.toolsBySender</c>.</summary>
    public IReadOnlyList<SenderRule> BySender { get; init; } = [];

    /// <summary>The agent's <c>tools.toolsBySender</c>: a line of it that fits takes the place of the global ones.</summary>
    public IReadOnlyList<SenderRule> AgentBySender { get; init; } = [];

    /// <summary><c>tools.elevated</c>.</summary>
    public ElevatedRules Elevated { get; init; } = ElevatedRules.Usual;

    /// <summary>The agent's <c>tools.elevated</c>; both have to let somebody through.</summary>
    public ElevatedRules AgentElevated { get; init; } = ElevatedRules.Usual;

    /// <summary><c>tools.fs.workspaceOnly</c>: the file tools stay in the workspace.</summary>
    public bool WorkspaceOnly { get; init; }

    /// <summary><c>tools.exec.timeoutSec</c>: what a command gets that names no time; null: the tool's own.</summary>
    public int? ExecSeconds { get; init; }

    /// <summary>Which channels the habitat has: a sandbox denies tools of their names.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>What is said of somebody, wherever he speaks; null: nothing.</summary>
    public ToolLimit? LimitOf(Speaker who) =>
        SenderRules.Of(AgentBySender, who) is { } own
            ? new ToolLimit($"the agent's tools.toolsBySender[{own.Key.Trim()}]", own.List)
        : SenderRules.Of(BySender, who) is { } rule ? new ToolLimit($"tools.toolsBySender[{rule.Key.Trim()}]", rule.List)
        : null;
}
