using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary><c>agents.files.list</c>, <c>get</c> and <c>set</c>.</summary>
internal sealed class FileMethods(GatewayPorts ports)
{
    private static readonly ParamRule Agent = ParamRule.Text("agentId", 1);
    private static readonly ParamRule Name = ParamRule.Text("name", 1);

    public IEnumerable<GatewayMethod> All =>
        [
            new("agents.files.list", new ParamShape(Agent), ListAsync),
            new("agents.files.get", new ParamShape(Agent, Name), GetAsync),
            new("agents.files.set", new ParamShape(Agent, Name, ParamRule.Text("content")), SetAsync)
            {
                Changes = true,
                Lenient = true,
            },
        ];

    private async ValueTask<JsonNode?> ListAsync(GatewayCall call)
    {
        var agent = Known(call);
        var files = await ports.Files.ListAsync(agent, call.Cancel);
        return new JsonObject
        {
            ["agentId"] = agent.Value,
            ["workspace"] = ports.Files.Workspace(agent),
            ["files"] = new JsonArray([.. files.Select(f => (JsonNode)File(f, call.Protocol, list: true))]),
        };
    }

    private async ValueTask<JsonNode?> GetAsync(GatewayCall call)
    {
        var agent = Known(call);
        var file = await Safely(call, () => ports.Files.GetAsync(agent, call.Required("name"), call.Cancel));
        return new JsonObject
        {
            ["agentId"] = agent.Value,
            ["workspace"] = ports.Files.Workspace(agent),
            ["file"] = File(file, call.Protocol, list: false),
        };
    }

    private async ValueTask<JsonNode?> SetAsync(GatewayCall call)
    {
        var agent = Known(call);
        var content = call.Required("content");
        var file = await Safely(call, () => ports.Files.SetAsync(agent, call.Required("name"), content, call.Cancel));
        return new JsonObject
        {
            ["ok"] = true,
            ["agentId"] = agent.Value,
            ["workspace"] = ports.Files.Workspace(agent),
            ["file"] = File(file with { Content = content }, call.Protocol, list: false),
        };
    }

    private AgentId Known(GatewayCall call)
    {
        var id = RoutingText.Agent(call.Required("agentId"));
        return ports.Habitat()?.Agents.Any(a => a.Id.Value == id) == true
            ? AgentId.Parse(id)
            : throw GatewayException.Invalid(call.Protocol < 4 ? "unknown agent id" : $"agent \"{id}\" not found");
    }

    private static async ValueTask<AgentFile> Safely(GatewayCall call, Func<ValueTask<AgentFile>> action)
    {
        try
        {
            return await action();
        }
        catch (CreelException e) when (e.Fault.Code is "unsupported-file" or "unsafe-file")
        {
            var name = AgentMethods.Shown(call.Required("name"));
            throw GatewayException.Invalid(
                e.Fault.Code == "unsafe-file" ? $"unsafe workspace file \"{name}\"" : $"unsupported file \"{name}\""
            );
        }
    }

    private static JsonObject File(AgentFile file, int protocol, bool list)
    {
        var json = new JsonObject
        {
            ["name"] = file.Name,
            ["path"] = file.Path,
            ["missing"] = file.Missing,
        };
        if (file.Missing)
        {
            if (protocol >= 4 && !list)
            {
                json["expectedAbsent"] = true;
            }

            return json;
        }

        json["size"] = file.Size;
        json["updatedAtMs"] = file.UpdatedAt?.ToUnixTimeMilliseconds();
        if (!list)
        {
            if (protocol >= 4)
            {
                json["hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.Content ?? "")));
            }

            json["content"] = file.Content ?? "";
        }

        return json;
    }
}
