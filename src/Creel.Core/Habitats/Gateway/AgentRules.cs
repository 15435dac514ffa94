using Creel.Core.Tools;

namespace Creel.Core.Habitats.Gateway;

/// <summary>What the gateway and the brain need to know of one agent: what it says itself, else <c>agents.defaults</c>, else what is usual.</summary>
public sealed record AgentRules
{
    public required AgentId Id { get; init; }

    /// <summary>An absolute host folder that was written out; null: one in the cell.</summary>
    public string? AgentDir { get; init; }

    public IdentityModel Identity { get; init; } = IdentityModel.None;

    /// <summary>Null: it has none.</summary>
    public HeartbeatModel? Heartbeat { get; init; }

    /// <summary>By which a group calls it; null: those of <see cref="MessagesModel"/>.</summary>
    public IReadOnlyList<string>? MentionPatterns { get; init; }

    /// <summary>The names of its skills; null: all, empty: none.</summary>
    public IReadOnlyList<string>? Skills { get; init; }

    /// <summary>More folders with skills, as the cell sees them.</summary>
    public IReadOnlyList<string> SkillFolders { get; init; } = [];

    public ModelChoice Model { get; init; } = new(null, []);

    /// <summary><c>off</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c> or <c>xhigh</c>; null: as the model has it.</summary>
    public string? Thinking { get; init; }

    /// <summary>Of a turn; null: nothing was said.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How much the model holds; null: 200,000.</summary>
    public int? ContextTokens { get; init; }

    public BootstrapRules Bootstrap { get; init; } = BootstrapRules.Usual;

    /// <summary>An IANA name; null: UTC.</summary>
    public string? UserTimezone { get; init; }

    /// <summary><c>12</c>, <c>24</c> or <c>auto</c>.</summary>
    public string? TimeFormat { get; init; }

    public SubagentRules Subagents { get; init; } = new();

    public ToolRules Tools { get; init; } = ToolRules.Usual;

    public SandboxModel Sandbox { get; init; } = new();
}

public sealed record IdentityModel(string? Name, string? Theme, string? Emoji, string? Avatar)
{
    public static IdentityModel None { get; } = new(null, null, null, null);
}

/// <summary>Of the workspace's own files.</summary>
/// <param name="Skip">None are made.</param>
/// <param name="FileChars">Of each in the prompt, in characters.</param>
/// <param name="AllFileChars">Of all in the prompt together, in characters.</param>
public sealed record BootstrapRules(bool Skip, int FileChars, int AllFileChars)
{
    public static BootstrapRules Usual { get; } = new(false, 20_000, 150_000);
}

/// <param name="Primary"><c>provider/model</c>; null: none was named.</param>
/// <param name="Fallbacks">In the order in which they are tried.</param>
public sealed record ModelChoice(string? Primary, IReadOnlyList<string> Fallbacks)
{
    public bool Equals(ModelChoice? other) =>
        other is not null && Primary == other.Primary && Fallbacks.SequenceEqual(other.Fallbacks);

    public override int GetHashCode() => HashCode.Combine(Primary, Fallbacks.Count);
}

public sealed record SubagentRules
{
    /// <summary>The agents that it may have as such; null: itself alone, <c>*</c>: all.</summary>
    public IReadOnlyList<string>? AllowAgents { get; init; }

    public ModelChoice Model { get; init; } = new(null, []);

    public string? Thinking { get; init; }

    public int MaxConcurrent { get; init; } = 8;

    public int MaxSpawnDepth { get; init; } = 1;

    public int MaxChildrenPerAgent { get; init; } = 5;

    public TimeSpan? RunTimeout { get; init; }

    public TimeSpan? ArchiveAfter { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>What holds for all agents alike.</summary>
public sealed record AgentDefaultsModel
{
    /// <summary>Turns of one agent at once.</summary>
    public int MaxConcurrent { get; init; } = 4;

    /// <summary>An IANA name; null: the machine's.</summary>
    public string? UserTimezone { get; init; }
}
