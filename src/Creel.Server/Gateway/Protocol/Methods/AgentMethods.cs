using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Habitats;
using Creel.Core.Routing;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary>Who is in the habitat: <c>agents.list</c>, <c>create</c>, <c>update</c>, <c>delete</c>.</summary>
internal sealed class AgentMethods(GatewayPorts ports)
{
    private static readonly string[] Levels = ["off", "minimal", "low", "medium", "high"];

    public IEnumerable<GatewayMethod> All =>
        [
            new("agents.list", new ParamShape(), List) { Lenient = true },
            new("agent.identity.get", new ParamShape(Optional("agentId"), Optional("sessionKey")), Identity),
            new(
                "agents.create",
                new ParamShape(
                    ParamRule.Text("name", 1),
                    Optional("workspace"),
                    Optional("model"),
                    ParamRule.Text("emoji").Optional(),
                    ParamRule.Text("avatar").Optional()
                ),
                CreateAsync
            )
            {
                Changes = true,
            },
            new(
                "agents.update",
                new ParamShape(
                    ParamRule.Text("agentId", 1),
                    Optional("name"),
                    Optional("workspace"),
                    Optional("model"),
                    ParamRule.Text("emoji").Optional(),
                    ParamRule.Text("avatar").Optional()
                ),
                UpdateAsync
            )
            {
                Changes = true,
            },
            new(
                "agents.delete",
                new ParamShape(ParamRule.Text("agentId", 1), ParamRule.Bool("deleteFiles").Optional()),
                DeleteAsync
            )
            {
                Changes = true,
            },
        ];

    private static ParamRule Optional(string name) => ParamRule.Text(name, 1).Optional();

    private ValueTask<JsonNode?> List(GatewayCall call)
    {
        var agents = ports.Habitat()?.Agents ?? [];
        var json = new JsonObject { ["defaultId"] = ports.DefaultAgent() };
        if (call.Protocol >= 4)
        {
            json["ownership"] = agents.Count > 1 ? "explicit" : "sole";
            json["selectionRequired"] = false;
        }

        json["mainKey"] = ports.MainKey();
        json["scope"] = ports.SessionScope();
        json["agents"] = new JsonArray([
            .. agents
                .OrderByDescending(a => a.Default)
                .ThenBy(a => a.Id.Value, StringComparer.Ordinal)
                .Select(a => (JsonNode)Row(a, call.Protocol)),
        ]);
        return ValueTask.FromResult<JsonNode?>(json);
    }

    private JsonObject Row(AgentModel agent, int protocol)
    {
        var json = new JsonObject { ["id"] = agent.Id.Value };
        var named = agent.Name != agent.Id.Value;
        if (named)
        {
            json["name"] = agent.Name;
        }

        var rules = ports.Rules(agent.Id);
        var identity = new JsonObject();
        foreach (
            var (key, value) in new[]
            {
                ("name", rules?.Identity.Name ?? (named && protocol >= 4 ? agent.Name : null)),
                ("theme", rules?.Identity.Theme),
                ("emoji", rules?.Identity.Emoji),
                ("avatar", rules?.Identity.Avatar),
            }
        )
        {
            if (value is not null)
            {
                identity[key] = value;
            }
        }

        if (identity.Count > 0)
        {
            json["identity"] = identity;
        }

        return protocol < 4 ? json : Newer(json, agent, rules?.Thinking);
    }

    /// <summary>What protocol 4 tells beside it.</summary>
    private JsonObject Newer(JsonObject json, AgentModel agent, string? thinking)
    {
        json["workspace"] = ports.Files.Workspace(agent.Id);
        json["agentRuntime"] = new JsonObject { ["id"] = agent.Brain.Kind, ["source"] = "config" };
        json["thinkingLevels"] = new JsonArray([.. Levels.Select(l => (JsonNode)new JsonObject { ["id"] = l, ["label"] = l })]);
        json["thinkingOptions"] = DeviceJson.Texts(Levels);
        json["thinkingDefault"] = thinking ?? "off";
        if (agent.Model is { } model)
        {
            json["model"] = new JsonObject { ["primary"] = model };
        }

        return json;
    }

    private ValueTask<JsonNode?> Identity(GatewayCall call)
    {
        var id =
            call.Text("agentId")
            ?? (call.Text("sessionKey") is { } key ? AgentOf(ports.Sessions.Canonical(key)) : ports.DefaultAgent());
        var agent = Known(id, $"unknown agent id \"{Shown(id)}\"");
        return ValueTask.FromResult<JsonNode?>(new JsonObject { ["agentId"] = agent.Id.Value, ["name"] = agent.Name });
    }

    private async ValueTask<JsonNode?> CreateAsync(GatewayCall call)
    {
        var name = call.Required("name").Trim();
        var id = RoutingText.Agent(name);
        if (call.Protocol < 4)
        {
            if (call.Text("workspace") is null)
            {
                throw GatewayException.Invalid("invalid agents.create params: must have required property 'workspace'");
            }

            if (id == "main")
            {
                throw GatewayException.Invalid("\"main\" is reserved");
            }
        }

        if (ports.Habitat()?.Agents.Any(a => a.Id.Value == id) == true)
        {
            throw GatewayException.Invalid($"agent \"{id}\" already exists");
        }

        var agent = AgentId.Parse(id);
        var entry = new RosterEntry(agent, name, Folder(call), call.Text("model"), call.Text("emoji"), call.Text("avatar"));
        await ports.Roster.CreateAsync(entry, call.By, call.Cancel);
        var json = new JsonObject
        {
            ["ok"] = true,
            ["agentId"] = id,
            ["name"] = name,
            ["workspace"] = ports.Files.Workspace(agent),
        };
        if (entry.Model is { } model)
        {
            json["model"] = model;
        }

        return json;
    }

    private async ValueTask<JsonNode?> UpdateAsync(GatewayCall call)
    {
        var id = RoutingText.Agent(call.Required("agentId"));
        var agent = Known(id, $"agent \"{id}\" not found");
        await ports.Roster.UpdateAsync(
            new RosterEntry(
                agent.Id,
                call.Text("name")?.Trim(),
                Folder(call),
                call.Text("model"),
                call.Text("emoji"),
                call.Text("avatar")
            ),
            call.By,
            call.Cancel
        );
        return new JsonObject { ["ok"] = true, ["agentId"] = id };
    }

    private async ValueTask<JsonNode?> DeleteAsync(GatewayCall call)
    {
        var id = RoutingText.Agent(call.Required("agentId"));
        if (id == "main" && call.Protocol < 4)
        {
            throw GatewayException.Invalid("\"main\" cannot be deleted");
        }

        var agent = Known(id, $"agent \"{id}\" not found");
        var bindings = await ports.Roster.DeleteAsync(agent.Id, call.Flag("deleteFiles", otherwise: true), call.By, call.Cancel);
        var json = new JsonObject
        {
            ["ok"] = true,
            ["agentId"] = id,
            ["removedBindings"] = bindings,
        };
        if (call.Protocol >= 4)
        {
            json["removed"] = new JsonArray();
            json["failed"] = new JsonArray();
        }

        return json;
    }

    private AgentModel Known(string id, string otherwise) =>
        ports.Habitat()?.Agents.FirstOrDefault(a => a.Id.Value == id) ?? throw GatewayException.Invalid(otherwise);

    /// <summary>As the user means it, in his own home.</summary>
    private static string? Folder(GatewayCall call) =>
        call.Text("workspace") is { } path && path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
            : call.Text("workspace");

    public static string AgentOf(string sessionKey) => SessionKeyText.Parse(sessionKey)?.Agent ?? "";

    public static string Shown(string id) => id.Length <= 64 ? id : id[..64];
}
