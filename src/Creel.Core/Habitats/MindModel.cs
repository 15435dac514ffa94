using Creel.Core.Habitats.Gateway;
using Creel.Core.Tools;

namespace Creel.Core.Habitats;

/// <summary>How a native brain thinks: what OpenClaw's <c>agents.defaults</c> and the agent itself say of it.</summary>
public sealed record MindModel
{
    public static MindModel Usual { get; } = new();

    /// <summary>What of an agent's rules its brain is told.</summary>
    public static MindModel Of(AgentRules rules) =>
        new()
        {
            Fallbacks = rules.Model.Fallbacks,
            Thinking = rules.Thinking,
            ContextTokens = rules.ContextTokens,
            TimeoutSeconds = (int?)rules.Timeout?.TotalSeconds,
            FileChars = rules.Bootstrap.FileChars,
            AllFileChars = rules.Bootstrap.AllFileChars,
            SkipBootstrap = rules.Bootstrap.Skip,
            Timezone = rules.UserTimezone,
            TimeFormat = rules.TimeFormat,
            // A picture is for clients.
            Identity = rules.Identity == IdentityModel.None ? null : rules.Identity with { Avatar = null },
            Skills = rules.Skills,
            SkillFolders = rules.SkillFolders,
            Tools = rules.Tools,
        };

    /// <summary><c>provider/model</c> each, tried in this order where the agent's own gives no answer.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = [];

    /// <summary><c>off</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c> or <c>xhigh</c>; null: off.</summary>
    public string? Thinking { get; init; }

    /// <summary>How much the model holds; null: 200,000.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>For a turn that names no time; null: what the agent's tasks have.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Of each workspace file in the prompt, in characters.</summary>
    public int FileChars { get; init; } = BootstrapRules.Usual.FileChars;

    /// <summary>Of all workspace files in the prompt together, in characters.</summary>
    public int AllFileChars { get; init; } = BootstrapRules.Usual.AllFileChars;

    /// <summary>No workspace files are made.</summary>
    public bool SkipBootstrap { get; init; }

    /// <summary>An IANA name; null: UTC.</summary>
    public string? Timezone { get; init; }

    /// <summary><c>12</c>, <c>24</c> or <c>auto</c>.</summary>
    public string? TimeFormat { get; init; }

    public IdentityModel? Identity { get; init; }

    /// <summary>The only skills that it has; null: all that are there.</summary>
    public IReadOnlyList<string>? Skills { get; init; }

    /// <summary>More folders with skills, as the cell sees them.</summary>
    public IReadOnlyList<string> SkillFolders { get; init; } = [];

    public ToolRules Tools { get; init; } = ToolRules.Usual;
}
