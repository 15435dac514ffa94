using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Tools;

namespace Creel.Core.Habitats;

/// <summary>What the <c>tools</c> sections say of tools; of all else in them, which may be keys of services, nothing is taken.</summary>
internal sealed class ToolReader
{
    private readonly Findings findings;
    private readonly ToolRules global;
    private readonly bool sandboxed;

    public ToolReader(Fields top, Fields? defaults, Findings findings)
    {
        this.findings = findings;
        var tools = top.Object("tools");
        sandboxed = Sandboxed(defaults) ?? false;
        global = new ToolRules
        {
            Global = Scope(tools),
            GlobalSandbox = List(Object(tools, "sandbox", "tools")),
            Subagents = List(Object(tools, "subagents", "tools")),
            BySender = BySender(tools),
            Elevated = Elevated(Object(tools, "elevated")),
            WorkspaceOnly = WorkspaceOnly(tools) ?? false,
            ExecSeconds = ExecSeconds(tools),
            Channels = top.Any("channels") is Json5Object channels
                ? [.. channels.Members.Select(m => m.Key).Where(k => k != "defaults")]
                : [],
        };
    }

    public ToolRules Read(Fields agent)
    {
        var tools = agent.Object("tools");
        return global with
        {
            Agent = Scope(tools),
            Sandboxed = Sandboxed(agent) ?? sandboxed,
            AgentSandbox = List(Object(tools, "sandbox", "tools")),
            AgentBySender = BySender(tools),
            AgentElevated = Elevated(Object(tools, "elevated")),
            WorkspaceOnly = WorkspaceOnly(tools) ?? global.WorkspaceOnly,
            ExecSeconds = ExecSeconds(tools) ?? global.ExecSeconds,
        };
    }

    private ToolScope Scope(Json5Object? tools)
    {
        if (tools is null)
        {
            return ToolScope.Nothing;
        }

        var providers = new Dictionary<string, ToolList>(StringComparer.Ordinal);
        foreach (var member in Object(tools, "byProvider")?.Members ?? [])
        {
            if (member.Value is Json5Object list)
            {
                providers[member.Key.Trim().ToLowerInvariant()] = List(list);
            }
            else if (member.Value is not Json5Null)
            {
                findings.Error(member.Value.At, $"must be an object, got {member.Value.Kind}");
            }
        }

        return new ToolScope(List(tools), providers);
    }

    private ToolList List(Json5Object? node)
    {
        if (node is null)
        {
            return new ToolList();
        }

        var fields = new Fields(node, findings);
        if (
            fields.Any("allow") is Json5Array { Items.Count: > 0 }
            && fields.Any("alsoAllow") is Json5Array { Items.Count: > 0 } also
        )
        {
            findings.Error(also.At, "allow and alsoAllow can't be in one place: put all of it into allow, or take allow out");
        }

        var profile = fields.Text("profile");
        if (profile is not null && !ToolNames.Profiles.ContainsKey(profile))
        {
            var names = string.Join(", ", ToolNames.Profiles.Keys);
            findings.Error(
                fields.PlaceOf("profile"),
                $"{Slug.Quote(profile)} is no profile; it is one of: {names}{Spelling.Hint(profile, ToolNames.Profiles.Keys)}"
            );
        }

        return new ToolList(profile, Words(fields, "allow"), Words(fields, "alsoAllow"), Words(fields, "deny"));
    }

    /// <summary>A line that could be read in two ways is told.</summary>
    private IReadOnlyList<SenderRule> BySender(Json5Object? tools)
    {
        foreach (var member in tools.Map("toolsBySender")?.Members ?? [])
        {
            if (!SenderRules.IsTyped(member.Key))
            {
                findings.Warn(
                    member.KeyAt,
                    $"{Slug.Quote(member.Key)} is taken as the messenger's own id: write id:, e164:, username: or name: before it"
                );
            }
        }

        return ToolLists.BySender(tools);
    }

    private static IReadOnlyList<string>? Words(Fields fields, string key) =>
        fields.Has(key) ? [.. fields.Texts(key).Select(t => t.Value)] : null;

    private ElevatedRules Elevated(Json5Object? node)
    {
        if (node is null)
        {
            return ElevatedRules.Usual;
        }

        var fields = new Fields(node, findings);
        var from = fields.Object("allowFrom");
        return new ElevatedRules(
            fields.Flag("enabled"),
            from?.Members.Where(m => m.Value is Json5Array)
                .ToDictionary(m => m.Key.Trim().ToLowerInvariant(), m => Senders((Json5Array)m.Value))
        );
    }

    /// <summary>A number is as good as its text: that is how people write what a messenger counts.</summary>
    private static IReadOnlyList<string> Senders(Json5Array list) =>
        [
            .. list
                .Items.Select(item =>
                    item switch
                    {
                        Json5String text => text.Value,
                        Json5Number number => number.Text,
                        _ => null,
                    }
                )
                .OfType<string>(),
        ];

    /// <summary><c>non-main</c> is no boundary of Creel's, and is refused where sandboxes are read.</summary>
    private static bool? Sandboxed(Fields? fields) =>
        fields?.Any("sandbox") is Json5Object sandbox && sandbox.Value("mode") is Json5String mode ? mode.Value == "all" : null;

    private bool? WorkspaceOnly(Json5Object? tools) =>
        Object(tools, "fs") is { } fs ? new Fields(fs, findings).Flag("workspaceOnly") : null;

    private int? ExecSeconds(Json5Object? tools) =>
        Object(tools, "exec") is { } exec ? new Fields(exec, findings).Count("timeoutSec", 1, 7 * 24 * 3600) : null;

    private Json5Object? Object(Json5Object? node, params string[] keys)
    {
        foreach (var key in keys)
        {
            node = node is null ? null : new Fields(node, findings).Object(key);
        }

        return node;
    }
}
