using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Reads what OpenClaw's words say of an agent, over what they say of all.</summary>
/// <param name="home">What <c>~</c> stands for; null: there is none.</param>
internal sealed class AgentRulesReader(Json5Object? defaults, bool someBeat, string? home)
{
    public AgentRules Read(AgentModel agent, Json5Object entry)
    {
        var usual = new AgentRules { Id = agent.Id };
        return usual with
        {
            AgentDir = entry.Word("agentDir") is { } dir ? Folders.Absolute(dir, home) : null,
            Identity = Identity(entry.Map("identity")),
            Heartbeat = HeartbeatReader.Read(defaults.Map("heartbeat"), entry.Map("heartbeat"), someBeat, agent.Default),
            MentionPatterns = entry.Map("groupChat").Words("mentionPatterns"),
            Skills = entry.Words("skills"),
            Model = Choice(entry.Value("model"), defaults?.Value("model")),
            Thinking = entry.Word("thinkingDefault") ?? defaults.Word("thinkingDefault"),
            Timeout = defaults.Whole("timeoutSeconds") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : usual.Timeout,
            ContextTokens = defaults.Whole("contextTokens"),
            Subagents = Subagents(defaults.Map("subagents"), entry.Map("subagents")),
            Tools = entry.Json("tools"),
            Sandbox = SandboxReader.Read(defaults.Map("sandbox"), entry.Map("sandbox")),
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

    private static IdentityModel Identity(Json5Object? node) =>
        new(node.Word("name"), node.Word("theme"), node.Word("emoji"), node.Word("avatar"));

    private static ModelChoice Choice(Json5Node? own, Json5Node? others)
    {
        var (mine, theirs) = (Split(own), Split(others));
        return new ModelChoice(mine.Primary ?? theirs.Primary, mine.Fallbacks ?? theirs.Fallbacks ?? []);
    }

    private static (string? Primary, IReadOnlyList<string>? Fallbacks) Split(Json5Node? node) =>
        node is Json5Object choice ? (choice.Word("primary"), choice.Words("fallbacks")) : (NodeValues.Word(node), null);

    private static SubagentRules Subagents(Json5Object? wide, Json5Object? own)
    {
        var usual = new SubagentRules();
        return new SubagentRules
        {
            AllowAgents = own.Words("allowAgents"),
            Model = Choice(own?.Value("model"), wide?.Value("model")),
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
