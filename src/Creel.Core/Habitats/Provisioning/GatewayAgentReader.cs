using System.Text.Json;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>What is said of each agent of one gateway elsewhere, and whether two of them would be one there.</summary>
/// <param name="root">The gateway's <c>workspaceRoot</c>.</param>
internal sealed class GatewayAgentReader(string gateway, string? root, Findings findings)
{
    private const string UsualMain = "Gateway Agent";
    private static readonly AgentKeys Keys = new(ProvisioningMode.Ours);

    private readonly Dictionary<string, AgentId> registered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AgentId> workspaces = new(StringComparer.Ordinal);

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<GatewayAgentModel> Read(IEnumerable<GatewayAgentDraft> drafts) =>
        [.. drafts.Where(d => d.Gateway == gateway).Select(Read)];

    private GatewayAgentModel Read(GatewayAgentDraft draft)
    {
        var fields = draft.Fields;
        var model = new GatewayAgentModel(draft.Id, gateway)
        {
            Name = fields.Text("name") ?? (draft.IsMain ? UsualMain : draft.Id.Value),
            IsMain = draft.IsMain,
            Session = draft.IsMain ? null : Session(fields),
            Workspace = draft.IsMain ? null : fields.Text("workspace"),
            Heartbeat = Heartbeat(fields),
            Files = draft.IsMain || (fields.Flag("files") ?? true),
        };
        if (model.Workspace is not null && !fields.Has("session"))
        {
            findings.Error(
                fields.PlaceOf("workspace"),
                "is for an agent that its gateway had before: say its 'session' too, or leave this out, and it gets a folder of its own"
            );
        }

        CheckAlone(draft, model);
        return model;
    }

    private string? Session(Fields fields)
    {
        var key = fields.Text("session");
        if (key is null || (key.StartsWith("agent:", StringComparison.Ordinal) && Slug.IsValid(key.Split(':')[1])))
        {
            return key;
        }

        findings.Error(fields.PlaceOf("session"), $"{Slug.Quote(key)} is no key of a session, as in \"agent:bart:main\"");
        return null;
    }

    private JsonElement? Heartbeat(Fields fields)
    {
        var heartbeat = fields.Object("heartbeat");
        if (heartbeat?.Value("every") is { } every && (every is not Json5String || NodeValues.Time(every, 'm') is null))
        {
            findings.Error(every.At, "is no duration: \"30m\", \"1h30m\"; \"0m\" is never");
        }

        return heartbeat is null ? null : JsonDocument.Parse(Json5Text.Write(heartbeat)).RootElement;
    }

    /// <summary>An agent that is another one there, or writes into its folder, is told before anything is done.</summary>
    private void CheckAlone(GatewayAgentDraft draft, GatewayAgentModel model)
    {
        var sheet = ProvisionedSheet.Of(model, Keys);
        var id = ProvisionedSheet.Registered(model);
        if (!Slug.IsValid(id))
        {
            findings.Error(
                draft.At,
                $"'{draft.Id}' would be '{id}' there, which is longer than the 64 characters that a gateway takes: shorten it"
            );
        }
        else if (!registered.TryAdd(id, draft.Id))
        {
            findings.Error(draft.At, $"'{draft.Id}' would be '{id}' there, and so would '{registered[id]}': rename one");
        }

        if (model.Workspace is null && root is null)
        {
            findings.Error(
                draft.At,
                $"'{draft.Id}' needs a folder: write gateways.{gateway}.workspaceRoot, a folder on the gateway's machine, as in "
                    + $"\"/home/claw/agents\"; or: creel gateway add {gateway} URL --workspace-root DIR"
            );
            return;
        }

        // What is not written can be shared by whoever shared it before.
        var workspace = Keys.Workspace(sheet, root).TrimEnd('/');
        if (model.Files && !workspaces.TryAdd(workspace, draft.Id))
        {
            findings.Error(
                draft.At,
                $"'{draft.Id}' and '{workspaces[workspace]}' would share the folder {Slug.Quote(workspace)}: rename one"
            );
        }
    }
}
