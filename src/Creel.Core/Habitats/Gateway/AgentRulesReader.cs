using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Reads what OpenClaw's words say of an agent, over what they say of all.</summary>
/// <param name="home">What <c>~</c> stands for; null: there is none.</param>
internal sealed class AgentRulesReader(Fields top, Fields? defaults, string? home, Findings findings)
{
    private const int LongestTurn = 7 * 24 * 3600;
    private static readonly string[] Levels = ["off", "minimal", "low", "medium", "high", "xhigh"];

    private readonly ToolReader tools = new(top, defaults, findings);
    private readonly ModelChoiceReader models = new(defaults, findings);

    /// <param name="chosen">The default agent.</param>
    public IReadOnlyDictionary<AgentId, AgentRules> Read(IReadOnlyList<AgentDraft> drafts, AgentDraft? chosen)
    {
        var someBeat = drafts.Any(d => d.Fields.Node.Map("heartbeat") is not null);
        return drafts.ToDictionary(d => d.Id, d => Read(d, someBeat, d == chosen));
    }

    private AgentRules Read(AgentDraft agent, bool someBeat, bool isDefault)
    {
        var (own, entry, all) = (agent.Fields, agent.Fields.Node, defaults?.Node);
        return new AgentRules
        {
            Id = agent.Id,
            AgentDir = entry.Word("agentDir") is { } dir ? Folders.Absolute(dir, home) : null,
            Identity = own.Object("identity") is { } identity ? Identity(new Fields(identity, findings)) : IdentityModel.None,
            Heartbeat = HeartbeatReader.Read(all.Map("heartbeat"), entry.Map("heartbeat"), someBeat, isDefault),
            MentionPatterns = entry.Map("groupChat").Words("mentionPatterns"),
            Skills = own.Has("skills") ? [.. own.Texts("skills").Select(s => s.Value)] : null,
            SkillFolders = SkillFolders(),
            Model = models.Read(own),
            Thinking = Thinking(own) ?? (defaults is null ? null : Thinking(defaults)),
            Timeout = defaults?.Count("timeoutSeconds", 1, LongestTurn) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ContextTokens = defaults?.Count("contextTokens", 1000, 100_000_000),
            Bootstrap = Bootstrap(),
            UserTimezone = defaults?.Text("userTimezone"),
            TimeFormat = defaults?.Text("timeFormat"),
            Subagents = Subagents(all.Map("subagents"), entry.Map("subagents")),
            Tools = tools.Read(own),
            Sandbox = SandboxReader.Read(all.Map("sandbox"), entry.Map("sandbox")),
        };
    }

    public static AgentDefaultsModel Defaults(Json5Object? defaults)
    {
        var usual = new AgentDefaultsModel();
        return new AgentDefaultsModel
        {
            MaxConcurrent = defaults.Whole("maxConcurrent") ?? usual.MaxConcurrent,
            UserTimezone = defaults.Word("userTimezone"),
        };
    }

    private static IdentityModel Identity(Fields identity) =>
        new(identity.Text("name"), identity.Text("theme"), identity.Text("emoji"), identity.Node.Word("avatar"));

    private BootstrapRules Bootstrap() =>
        new(
            defaults?.Flag("skipBootstrap") ?? false,
            defaults?.Count("bootstrapMaxChars", 1, int.MaxValue) ?? BootstrapRules.Usual.FileChars,
            defaults?.Count("bootstrapTotalMaxChars", 1, int.MaxValue) ?? BootstrapRules.Usual.AllFileChars
        );

    private string? Thinking(Fields fields)
    {
        var level = fields.Text("thinkingDefault");
        if (level is null || Levels.Contains(level))
        {
            return level;
        }

        findings.Error(
            fields.PlaceOf("thinkingDefault"),
            $"{Slug.Quote(level)} is none of: {string.Join(", ", Levels)}{Spelling.Hint(level, Levels)}"
        );
        return null;
    }

    /// <summary><c>skills.load.extraDirs</c>: folders that a cell sees where the host has them, as shared paths.</summary>
    private IReadOnlyList<string> SkillFolders() =>
        top.Node.Map("skills").Map("load") is { } load
            ? [.. new Fields(load, findings).Texts("extraDirs").Select(t => t.Value).Where(p => p.StartsWith('/'))]
            : [];

    private static SubagentRules Subagents(Json5Object? wide, Json5Object? own)
    {
        var usual = new SubagentRules();
        return new SubagentRules
        {
            AllowAgents = own.Words("allowAgents"),
            Model = ModelChoiceReader.Known(own?.Value("model"), wide?.Value("model")),
            Thinking = own.Word("thinking") ?? wide.Word("thinking"),
            MaxConcurrent = wide.Whole("maxConcurrent") ?? usual.MaxConcurrent,
            MaxSpawnDepth = wide.Whole("maxSpawnDepth") ?? usual.MaxSpawnDepth,
            MaxChildrenPerAgent = wide.Whole("maxChildrenPerAgent") ?? usual.MaxChildrenPerAgent,
            RunTimeout = wide.Whole("runTimeoutSeconds") is > 0 and var run ? TimeSpan.FromSeconds(run) : null,
            ArchiveAfter = wide.Whole("archiveAfterMinutes") is > 0 and var kept
                ? TimeSpan.FromMinutes(kept)
                : usual.ArchiveAfter,
        };
    }
}
