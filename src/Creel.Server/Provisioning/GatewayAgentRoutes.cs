using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats.Edits;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Provisioning;

/// <summary>The API of the agents that the habitat has at gateways elsewhere. It changes the habitat alone; what is at the gateway follows when it is provisioned.</summary>
public sealed class GatewayAgentRoutes(ForeignGateways gateways, ProvisioningPorts ports, AuditTrail audit)
{
    private const string Actor = "admin";
    private static readonly string[] Texts = ["name", "board", "user"];
    private static readonly string[] Objects = ["profile", "heartbeat"];

    private readonly AgentImport import = new(gateways, ports);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/gateways/{name}/agents", AddAsync);
        app.MapDelete("/gateways/{name}/agents/{id}", RemoveAsync);
        app.MapPost("/gateways/{name}/import", ImportAsync);
    }

    private async Task AddAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var gateway = gateways.Get(Value(context, "name")).Name;
        var id = AgentId.Parse(JsonBody.String(body.RootElement, "id"));
        var entry = new JsonObject();
        foreach (var key in Texts)
        {
            if (JsonBody.String(body.RootElement, key) is { } text)
            {
                entry[key] = text;
            }
        }

        foreach (var key in Objects)
        {
            if (Payloads.Member(body.RootElement, key) is { ValueKind: JsonValueKind.Object } said)
            {
                entry[key] = JsonObject.Create(said);
            }
        }

        var leads = Payloads.Flag(body.RootElement, "lead");
        await HabitatEdits.ApplyAsync(
            ports.Config,
            root =>
            {
                if (gateways.Where(id) is { } other)
                {
                    throw new CreelException(
                        Fault.Conflict(
                            "agent-exists",
                            $"the habitat has an agent '{id}' {other} already",
                            "Choose another id. To have this one otherwise, write its entry in the habitat's file, or in habitat.local.json5 beside it."
                        )
                    );
                }

                GatewayAgentEdit.Add(root, gateway, id.Value, entry);
                if (leads)
                {
                    BoardEdit.Lead(root, (string?)entry["board"], id.Value);
                }
            },
            Actor,
            context.RequestAborted
        );
        await ports.Tokens.RevokeAsync(id, context.RequestAborted);
        await audit.RecordAsync(Actor, "agent.add", id.Value, "ok");
        await GatewayReply.SendAsync(context, gateways.View(gateways.Get(gateway).Agents.First(a => a.Id == id)));
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var gateway = gateways.Get(Value(context, "name"));
        var id = AgentId.Parse(Value(context, "id"));
        if (gateway.Agents.Any(a => a.Id == id && a.IsMain))
        {
            throw new CreelException(
                Fault.Conflict(
                    "agent-main",
                    $"'{id}' is the main agent of {gateway.Name}: 'main' below gateways.{gateway.Name}",
                    "Take 'main' out there, in the habitat's file."
                )
            );
        }

        IReadOnlyList<string> led = [];
        await HabitatEdits.ApplyAsync(
            ports.Config,
            root => led = GatewayAgentEdit.Remove(root, gateway.Name, id.Value),
            Actor,
            context.RequestAborted
        );
        await ports.Tokens.RevokeAsync(id, context.RequestAborted);
        await audit.RecordAsync(Actor, "agent.delete", id.Value, "ok");
        await GatewayReply.SendAsync(
            context,
            new
            {
                agentId = id.Value,
                gateway = gateway.Name,
                removed = true,
                led,
            }
        );
    }

    private async Task ImportAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var name = Value(context, "name");
        var plan = Payloads.Flag(body.RootElement, "plan");
        var only = Payloads.Member(body.RootElement, "agents") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(a => a.ToString()).ToList()
            : [];
        AgentId? under = JsonBody.String(body.RootElement, "as") is { } other ? AgentId.Parse(other) : null;
        var adoption = await import.RunAsync(name, only, under, plan, Actor, context.RequestAborted);
        if (!plan && adoption.New.Count > 0)
        {
            await audit.RecordAsync(Actor, "agent.import", name, "ok");
        }

        await GatewayReply.SendAsync(
            context,
            new
            {
                gateway = name,
                plan,
                adopted = adoption.New.Select(Shown).ToList(),
                adoption.Known,
                adoption.Told,
            }
        );
    }

    private static object Shown(KeyValuePair<string, JsonObject> adopted) =>
        new
        {
            id = adopted.Key,
            name = (string?)adopted.Value["name"] ?? adopted.Key,
            session = (string?)adopted.Value["session"],
            workspace = (string?)adopted.Value["workspace"],
            heartbeat = adopted.Value["heartbeat"],
        };

    private static string Value(HttpContext context, string key) => (string?)context.Request.RouteValues[key] ?? "";
}
