using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Tools;

namespace Creel.Core.Habitats;

/// <summary>What a native brain takes out of OpenClaw's keys: an agent's own, else those of <c>agents.defaults</c>.</summary>
internal sealed class MindReader(Fields top, Fields? defaults, Findings findings)
{
    private static readonly string[] Levels = ["off", "minimal", "low", "medium", "high", "xhigh"];

    private readonly ToolReader tools = new(top, defaults, findings);

    public MindModel Read(Fields agent) =>
        new()
        {
            Fallbacks = Fallbacks(agent) ?? (defaults is null ? null : Fallbacks(defaults)) ?? [],
            Thinking = Thinking(agent) ?? (defaults is null ? null : Thinking(defaults)),
            ContextTokens = defaults?.Count("contextTokens", 1000, 100_000_000),
            TimeoutSeconds = defaults?.Count("timeoutSeconds", 1, 7 * 24 * 3600),
            FileChars = defaults?.Count("bootstrapMaxChars", 1, int.MaxValue) ?? MindModel.Usual.FileChars,
            AllFileChars = defaults?.Count("bootstrapTotalMaxChars", 1, int.MaxValue) ?? MindModel.Usual.AllFileChars,
            SkipBootstrap = defaults?.Flag("skipBootstrap") ?? false,
            Timezone = defaults?.Text("userTimezone"),
            TimeFormat = defaults?.Text("timeFormat"),
            Identity = agent.Object("identity") is { } identity ? Identity(new Fields(identity, findings)) : null,
            Skills = agent.Has("skills") ? [.. agent.Texts("skills").Select(s => s.Value)] : null,
            SkillFolders = SkillFolders(),
            Tools = tools.Read(agent),
        };

    private static IdentityModel Identity(Fields identity) =>
        new(identity.Text("name"), identity.Text("theme"), identity.Text("emoji"), null);

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

    private IReadOnlyList<string>? Fallbacks(Fields fields) =>
        fields.Any("model") is Json5Object model && model.Value("fallbacks") is not null
            ? [.. new Fields(model, findings).Texts("fallbacks").Select(t => t.Value)]
            : null;

    /// <summary><c>skills.load.extraDirs</c>: folders that a cell sees where the host has them, as shared paths.</summary>
    private IReadOnlyList<string> SkillFolders() =>
        top.Any("skills") is Json5Object skills && skills.Value("load") is Json5Object load
            ? [.. new Fields(load, findings).Texts("extraDirs").Select(t => t.Value).Where(p => p.StartsWith('/'))]
            : [];
}
