using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Shapes;

/// <summary>
/// Holds the sections that are OpenClaw's against their shapes: those that Creel reads. Keys of the newest version are known beside those
/// of the older. What Creel only passes on is for who reads it to judge.
/// </summary>
internal sealed class SectionCheck(Findings findings)
{
    /// <summary>Keys at the top that are OpenClaw's.</summary>
    public static readonly string[] Top =
    [
        .. (string[])["$schema", "accessGroups", "acp", "agents", "approvals", "attachments", "audio", "auth", "bindings"],
        .. (string[])["broadcast", "browser", "canvasHost", "channels", "cloudWorkers", "commands", "cron", "desktop"],
        .. (string[])["diagnostics", "discovery", "env", "gateway", "hooks", "logging", "mcp", "media", "memory", "messages"],
        .. (string[])["meta", "models", "nodeHost", "plugins", "secrets", "security", "session", "skills", "surfaces", "talk"],
        .. (string[])["telemetry", "tools", "transcripts", "tts", "ui", "update", "web", "wizard", "worktreeAcceleration"],
        "worktreeRoot",
    ];

    private static readonly string[] Plain = ["bindings", "broadcast", "session", "messages", "commands", "gateway", "tools"];

    private readonly ShapeCheck shapes = new(findings);

    public void Check(Json5Object root)
    {
        foreach (var name in Plain)
        {
            if (root.Value(name) is { } section)
            {
                shapes.Check(section, ShapeBook.Get(name));
            }
        }

        Agents(root.Value("agents") as Json5Object);
        Channels(root.Value("channels"));
    }

    private void Agents(Json5Object? agents)
    {
        if (agents?.Value("defaults") is Json5Object defaults)
        {
            shapes.Check(defaults, ShapeBook.Get("agentDefaults"), [.. KnownKeys.Defaults, .. KnownKeys.OpenClawDefaults]);
        }

        string[] own = [.. KnownKeys.Agent, .. KnownKeys.OpenClawAgent];
        foreach (var entry in ((agents?.Value("list") as Json5Array)?.Items ?? []).OfType<Json5Object>())
        {
            shapes.Check(entry, ShapeBook.Get("agent"), own);
        }

        foreach (var member in (agents?.Value("entries") as Json5Object)?.Members ?? [])
        {
            if (member.Value is Json5Object entry)
            {
                // Its id is its key.
                shapes.Check(entry with { Members = [.. entry.Members, Named(member)] }, ShapeBook.Get("agent"), own);
            }
        }
    }

    private static Json5Member Named(Json5Member entry) => new("id", entry.KeyAt, new Json5String(entry.KeyAt, entry.Key));

    private void Channels(Json5Node? node)
    {
        if (node is not Json5Object channels)
        {
            if (node is not null)
            {
                findings.Issue(node.At, "wrong_type", $"must be an object, got {node.Kind}");
            }

            return;
        }

        foreach (var member in channels.Members.Where(m => m.Value is not Json5Null))
        {
            switch (member.Key)
            {
                case "defaults":
                    shapes.Check(member.Value, ShapeBook.Get("channelDefaults"));
                    break;
                case "modelByChannel":
                    break;
                case "telegram" or "whatsapp" or "discord" or "slack":
                    shapes.Check(member.Value, ShapeBook.Get(member.Key));
                    break;
                case var id when KnownChannels.IsBuiltIn(id):
                    if (member.Value is not Json5Object)
                    {
                        findings.Issue(member.Value.At, "wrong_type", $"must be an object, got {member.Value.Kind}");
                    }

                    break;
                default:
                    Unknown(member);
                    break;
            }
        }
    }

    private void Unknown(Json5Member member)
    {
        var meant = KnownChannels.Meant(RoutingText.Channel(member.Key), KnownChannels.All);
        var hint = meant is null ? "" : $"; did you mean '{meant}'?";
        findings.Issue(member.KeyAt, "unknown_channel", $"{Slug.Quote(member.Key)} is no channel that is known{hint}");
    }
}
