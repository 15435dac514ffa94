using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary><c>sessions.list</c>, <c>patch</c>, <c>reset</c> and <c>delete</c>.</summary>
internal sealed class SessionMethods(GatewayPorts ports, HealthView health, TimeProvider time)
{
    private const int UsualLimit = 100;

    private static readonly ParamRule Key = ParamRule.Text("key", 1);
    private static readonly string[] Texts =
    [
        "thinkingLevel",
        "verboseLevel",
        "reasoningLevel",
        "responseUsage",
        "elevatedLevel",
        "execHost",
        "execSecurity",
        "execAsk",
        "execNode",
        "model",
        "sendPolicy",
        "groupActivation",
        "spawnedBy",
    ];

    public IEnumerable<GatewayMethod> All =>
        [
            new(
                "sessions.list",
                new ParamShape(
                    ParamRule.Integer("limit", from: 1).Optional(),
                    ParamRule.Integer("activeMinutes", from: 1).Optional(),
                    ParamRule.Bool("includeGlobal").Optional(),
                    ParamRule.Bool("includeUnknown").Optional(),
                    ParamRule.Bool("includeDerivedTitles").Optional(),
                    ParamRule.Bool("includeLastMessage").Optional(),
                    ParamRule.Text("label", 1).Optional(),
                    ParamRule.Text("spawnedBy", 1).Optional(),
                    ParamRule.Text("agentId", 1).Optional(),
                    ParamRule.Text("search").Optional()
                ),
                List
            )
            {
                Lenient = true,
            },
            new(
                "sessions.patch",
                new ParamShape([
                    Key,
                    ParamRule.Text("label", 1).OrNull(),
                    .. Texts.Select(t => ParamRule.Text(t).OrNull()),
                    ParamRule.Integer("spawnDepth", from: 0).OrNull(),
                ]),
                PatchAsync
            )
            {
                Changes = true,
            },
            new(
                "sessions.reset",
                new ParamShape(Key, ParamRule.Text("reason").Optional() with { OneOf = ["new", "reset"] }),
                ResetAsync
            )
            {
                Changes = true,
            },
            new("sessions.delete", new ParamShape(Key, ParamRule.Bool("deleteTranscript").Optional()), DeleteAsync)
            {
                Changes = true,
                Lenient = true,
            },
        ];

    private ValueTask<JsonNode?> List(GatewayCall call)
    {
        var found = ports.Sessions.List(call.Text("agentId") is { } agent ? AgentId.Parse(RoutingText.Agent(agent)) : null);
        var oldest = call.Number("activeMinutes") is { } minutes ? time.GetUtcNow().AddMinutes(-Math.Min(minutes, 1e9)) : default;
        var search = call.Text("search")?.Trim();
        var all = found
            .Where(s => s.UpdatedAt >= oldest)
            .Where(s => call.Text("label") is not { } label || s.Label == label)
            .Where(s => call.Text("spawnedBy") is not { } by || s.SpawnedBy == by)
            .Where(s => s.Key is not ("global" or "unknown") || call.Flag(s.Key == "global" ? "includeGlobal" : "includeUnknown"))
            .Where(s => string.IsNullOrEmpty(search) || Says(s, search))
            .ToList();
        var limit = (int)Math.Min(call.Number("limit") ?? (call.Protocol >= 4 ? UsualLimit : int.MaxValue), int.MaxValue);
        var shown = all.Take(limit).ToList();
        var json = new JsonObject
        {
            ["ts"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ["path"] = "(multiple)",
            ["count"] = shown.Count,
        };
        if (call.Protocol >= 4)
        {
            json["totalCount"] = all.Count;
            json["limitApplied"] = limit;
            json["nextOffset"] = null;
            json["hasMore"] = shown.Count < all.Count;
            json["owners"] = new JsonArray();
        }

        json["defaults"] = health.Defaults();
        json["sessions"] = new JsonArray([
            .. shown.Select(s => (JsonNode)SessionJson.Row(s, ports.Habitat()?.Find(s.Agent)?.Model, call.Protocol)),
        ]);
        return ValueTask.FromResult<JsonNode?>(json);
    }

    private async ValueTask<JsonNode?> PatchAsync(GatewayCall call)
    {
        var key = call.Required("key");
        var changes = call
            .Frame.Params.EnumerateObject()
            .Where(p => p.Name != "key")
            .Select(p => new SessionChange(
                p.Name,
                p.Value.ValueKind switch
                {
                    JsonValueKind.Null => null,
                    JsonValueKind.String => p.Value.GetString(),
                    _ => p.Value.GetRawText(),
                }
            ))
            .ToList();
        var entry = await ports.Sessions.PatchAsync(key, changes, call.By, call.Cancel);
        var (provider, model) = ModelName.Split(entry.Model ?? ports.Habitat()?.Find(entry.Agent)?.Model);
        return new JsonObject
        {
            ["ok"] = true,
            ["path"] = health.StorePath(entry.Agent),
            ["key"] = entry.Key,
            ["entry"] = SessionJson.Entry(entry),
            ["resolved"] = new JsonObject { ["modelProvider"] = provider, ["model"] = model },
        };
    }

    private async ValueTask<JsonNode?> ResetAsync(GatewayCall call)
    {
        var entry = await ports.Sessions.ResetAsync(call.Required("key"), call.Text("reason") ?? "reset", call.By, call.Cancel);
        return new JsonObject
        {
            ["ok"] = true,
            ["key"] = entry.Key,
            ["entry"] = SessionJson.Anew(entry),
        };
    }

    private async ValueTask<JsonNode?> DeleteAsync(GatewayCall call)
    {
        var key = ports.Sessions.Canonical(call.Required("key"));
        if (SessionKeyText.Parse(key) is { } parsed && parsed.Rest == ports.MainKey())
        {
            // Older clients tidy up after an agent that way; the newer refuse it for all.
            if (call.Protocol >= 4 || parsed.Agent == ports.DefaultAgent())
            {
                throw GatewayException.Invalid($"Cannot delete the main session ({key}).");
            }
        }

        var archived = await ports.Sessions.DeleteAsync(
            key,
            call.Flag("deleteTranscript", otherwise: true),
            call.By,
            call.Cancel
        );
        return new JsonObject
        {
            ["ok"] = true,
            ["key"] = key,
            ["deleted"] = archived is not null,
            ["archived"] = DeviceJson.Texts(archived ?? []),
        };
    }

    private static bool Says(SessionEntry entry, string search) =>
        new[] { entry.Key, entry.Label, entry.DisplayName, entry.SessionId }.Any(t =>
            t?.Contains(search, StringComparison.OrdinalIgnoreCase) == true
        );
}
