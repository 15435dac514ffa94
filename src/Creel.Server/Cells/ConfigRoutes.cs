using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Edits;
using Creel.Core.Habitats.Patching;
using Creel.Core.Routing;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Cells;

/// <summary>The API of the habitat as a configuration: the whole of it, and the roster with its bindings.</summary>
internal sealed class ConfigRoutes(ConfigStore configs, HabitatKeeper habitats, CellLayout layout)
{
    private const string By = "admin";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/habitat/config", context => ViewReply.WriteAsync(context, ConfigView.From(configs.Get())));
        app.MapPatch("/habitat/config", context => WriteAsync(context, configs.PatchAsync));
        app.MapPut("/habitat/config", context => WriteAsync(context, configs.SetAsync));
        app.MapGet("/habitat/roster", context => ViewReply.WriteAsync(context, Roster()));
        app.MapPost("/habitat/roster", AddAsync);
        app.MapDelete("/habitat/roster/{id}", DeleteAsync);
        app.MapPost("/habitat/bindings", BindAsync);
        app.MapDelete("/habitat/bindings", UnbindAsync);
    }

    private static async Task WriteAsync(
        HttpContext context,
        Func<string?, string?, string, CancellationToken, Task<ConfigOutcome>> write
    )
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var outcome = await write(Text(body, "raw"), Text(body, "baseHash"), By, context.RequestAborted);
        var done = Required(outcome);
        await ViewReply.WriteAsync(
            context,
            new
            {
                ok = true,
                noop = done.Noop,
                config = ConfigView.From(done.Config),
            }
        );
    }

    private RosterView Roster()
    {
        var habitat = habitats.Current ?? throw HabitatKeeper.NothingUp();
        var bindings = Bindings(habitat).ToList();
        return new RosterView([
            .. habitat.Agents.Select(agent =>
            {
                var own = bindings.Where(b => BindingEdit.AgentOf(b) == agent.Id.Value).ToList();
                var rules = habitat.Gateway.Agents[agent.Id];
                return new RosterEntry(
                    agent.Id.Value,
                    agent.Name == agent.Id.Value ? null : agent.Name,
                    rules.Identity.Name,
                    rules.Identity.Emoji,
                    rules.Identity.Name is null && rules.Identity.Emoji is null ? null : "config",
                    layout.Workspace(agent),
                    Folder(habitat, agent.Id),
                    rules.Model.Primary ?? agent.Model,
                    own.Count,
                    agent.Default && habitat.DefaultNamed,
                    own.Count == 0 && agent.Default && habitat.DefaultNamed ? ["default (no explicit rules)"] : null,
                    [.. own.Select(BindingEdit.Describe)],
                    [.. own.Select(b => (JsonNode)b["match"]!.DeepClone())]
                );
            }),
        ]);
    }

    private static IEnumerable<JsonObject> Bindings(HabitatModel habitat) =>
        habitat.Sections.TryGetValue("bindings", out var text) && JsonNode.Parse(text) is JsonArray list
            ? list.OfType<JsonObject>().Where(b => b["match"] is JsonObject)
            : [];

    private static string? Folder(HabitatModel habitat, AgentId agent) =>
        habitat.Gateway.Agents.GetValueOrDefault(agent)?.AgentDir
        ?? (habitat.StateFolder is { } state ? $"{state}/agents/{agent}/agent" : null);

    private async Task AddAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var id = AgentId.Parse(Text(body, "id"));
        var specs = Specs(body);
        var entry = new JsonObject { ["id"] = id.Value };
        foreach (var key in new[] { "name", "workspace", "agentDir", "model" })
        {
            if (Text(body, key) is { } value)
            {
                entry[key] = value;
            }
        }

        BindingChanges? bound = null;
        Required(
            await configs.ChangeAsync(
                "agent.add",
                text =>
                {
                    var root = (JsonObject)JsonNode.Parse(text)!;
                    RosterEdit.Add(root, entry);
                    bound = BindingEdit.Add(root, id.Value, specs);
                    return root.ToJsonString();
                },
                deleteWorkspaces: false,
                By,
                context.RequestAborted
            )
        );
        var habitat = habitats.Current;
        var agent = habitat?.Find(id);
        await ViewReply.WriteAsync(
            context,
            new
            {
                agentId = id.Value,
                name = agent?.Name ?? id.Value,
                workspace = agent is null ? null : layout.Workspace(agent),
                agentDir = habitat is null ? null : Folder(habitat, id),
                model = Text(body, "model"),
                bindings = bound,
            }
        );
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var id = AgentId.Parse((string?)context.Request.RouteValues["id"]);
        var delete = context.Request.Query["deleteWorkspaces"] == "true";
        var habitat = habitats.Current ?? throw HabitatKeeper.NothingUp();
        var agent = habitat.Find(id) ?? throw HabitatKeeper.NoAgent(id);
        var removed = (Bindings: 0, Allowed: 0);
        Required(
            await configs.ChangeAsync(
                "agent.delete",
                text =>
                {
                    var root = (JsonObject)JsonNode.Parse(text)!;
                    removed = RosterEdit.Delete(root, id.Value);
                    return root.ToJsonString();
                },
                delete,
                By,
                context.RequestAborted
            )
        );
        await ViewReply.WriteAsync(
            context,
            new
            {
                agentId = id.Value,
                workspace = layout.Workspace(agent),
                agentDir = Folder(habitat, id),
                sessionsDir = habitat.StateFolder is { } state ? $"{state}/agents/{id}/sessions" : null,
                removedBindings = removed.Bindings,
                removedAllow = removed.Allowed,
            }
        );
    }

    private async Task BindAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var (agent, specs) = (Agent(body), Specs(body));
        BindingChanges? done = null;
        Required(await EditAsync("agent.bind", root => done = BindingEdit.Add(root, agent, specs), context));
        await ViewReply.WriteAsync(
            context,
            new
            {
                agentId = agent,
                done!.Added,
                done.Updated,
                done.Skipped,
                done.Conflicts,
            }
        );
    }

    private async Task UnbindAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var agent = Agent(body);
        var all = body.RootElement.TryGetProperty("all", out var said) && said.ValueKind == JsonValueKind.True;
        var specs = all ? null : Specs(body);
        BindingRemovals? done = null;
        Required(await EditAsync("agent.unbind", root => done = BindingEdit.Remove(root, agent, specs), context));
        await ViewReply.WriteAsync(
            context,
            new
            {
                agentId = agent,
                done!.Removed,
                done.Missing,
                done.Conflicts,
            }
        );
    }

    private Task<ConfigOutcome> EditAsync(string action, Action<JsonObject> edit, HttpContext context) =>
        configs.ChangeAsync(
            action,
            text =>
            {
                var root = (JsonObject)JsonNode.Parse(text)!;
                edit(root);
                return root.ToJsonString();
            },
            deleteWorkspaces: false,
            By,
            context.RequestAborted
        );

    /// <summary>Null where it is refused: said as a fault.</summary>
    private static ConfigOutcome.Done Required(ConfigOutcome outcome)
    {
        if (outcome is ConfigOutcome.Done done)
        {
            return done;
        }

        var refused = (ConfigOutcome.Refused)outcome;
        var message = string.Join("\n", refused.Issues.Select(i => $"{i.Path}: {i.Message}").Prepend(refused.Message));
        throw new CreelException(
            refused.Reason switch
            {
                ConfigRefusal.Changed or ConfigRefusal.NotNow => Fault.Conflict("config", message),
                ConfigRefusal.SaidElsewhere => Fault.Refused("config-elsewhere", message),
                _ => Fault.Invalid("config", message),
            }
        );
    }

    /// <summary>The one that is named, else the default.</summary>
    private string Agent(JsonDocument body)
    {
        var habitat = habitats.Current ?? throw HabitatKeeper.NothingUp();
        if (Text(body, "agent") is not { } name)
        {
            return habitat.Agents.FirstOrDefault(a => a.Default && habitat.DefaultNamed)?.Id.Value
                ?? throw new CreelException(Fault.Invalid("agent", "no agent is the default", "Name one: --agent ID."));
        }

        var id = AgentId.Parse(name);
        return habitat.Find(id) is null ? throw HabitatKeeper.NoAgent(id) : id.Value;
    }

    private List<BindingSpec> Specs(JsonDocument body)
    {
        var known = RoutingReader.ChannelsOf(habitats.Current ?? throw HabitatKeeper.NothingUp());
        var specs = new List<BindingSpec>();
        foreach (
            var text in body.RootElement.TryGetProperty("bind", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(t => t.ToString())
                : []
        )
        {
            var spec = BindingSpec.Parse(text);
            if (!known.Contains(spec.Channel))
            {
                throw new CreelException(
                    Fault.Invalid(
                        "unknown-channel",
                        $"Unknown channel \"{spec.Channel}\"",
                        RoutingReader.Meant(spec.Channel, known)
                    )
                );
            }

            specs.Add(spec);
        }

        return specs;
    }

    private static string? Text(JsonDocument body, string key) =>
        body.RootElement.ValueKind == JsonValueKind.Object
        && body.RootElement.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>As OpenClaw's <c>config.get</c> shows it.</summary>
internal sealed record ConfigView(
    string Path,
    bool Exists,
    string? Raw,
    JsonNode? Parsed,
    JsonNode? Resolved,
    bool Valid,
    string Hash,
    IReadOnlyList<Issue> Issues,
    IReadOnlyList<Issue> Warnings
)
{
    public static ConfigView From(ConfigSnapshot config) =>
        new(
            config.Path,
            config.Exists,
            config.Raw,
            JsonNode.Parse(config.Parsed),
            JsonNode.Parse(config.Resolved),
            config.Valid,
            config.Hash,
            config.Issues,
            config.Warnings
        );
}

internal sealed record RosterView(IReadOnlyList<RosterEntry> Agents);

/// <param name="Bindings">How many.</param>
internal sealed record RosterEntry(
    string Id,
    string? Name,
    string? IdentityName,
    string? IdentityEmoji,
    string? IdentitySource,
    string Workspace,
    string? AgentDir,
    string? Model,
    int Bindings,
    bool IsDefault,
    IReadOnlyList<string>? Routes,
    IReadOnlyList<string> BindingDetails,
    IReadOnlyList<JsonNode> Matches
);
