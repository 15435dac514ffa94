using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary><c>config.get</c>, <c>patch</c>, <c>set</c> and <c>apply</c>: over the one writer, without a restart of cells.</summary>
internal sealed class SettingsMethods(GatewayPorts ports, Clients clients, TimeProvider time)
{
    private static readonly ParamRule[] Write =
    [
        ParamRule.Text("raw", 1),
        ParamRule.Text("baseHash", 1).Optional(),
        ParamRule.Text("sessionKey").Optional(),
        ParamRule.Text("note").Optional(),
        ParamRule.Integer("restartDelayMs", from: 0).Optional(),
    ];

    public IEnumerable<GatewayMethod> All =>
        [
            new("config.get", new ParamShape(), GetAsync) { IsLong = true, Lenient = true },
            Writer(
                "config.patch",
                call => ports.Settings.PatchAsync(call.Required("raw"), call.Text("baseHash"), call.By, call.Cancel)
            ),
            Writer(
                "config.set",
                call => ports.Settings.SetAsync(call.Required("raw"), call.Text("baseHash"), call.By, call.Cancel)
            ),
            Writer(
                "config.apply",
                call => ports.Settings.SetAsync(call.Required("raw"), call.Text("baseHash"), call.By, call.Cancel)
            ),
        ];

    private async ValueTask<JsonNode?> GetAsync(GatewayCall call)
    {
        var view = await ports.Settings.GetAsync(call.Cancel);
        var json = new JsonObject { ["path"] = view.Path };
        if (call.Protocol >= 4)
        {
            json["includedPaths"] = new JsonArray();
            json["includeProvenance"] = new JsonArray();
            json["agentRosterIncludeOwned"] = false;
            json["bindingsIncludeOwned"] = false;
        }

        json["exists"] = view.Exists;
        json["raw"] = call.Client.Scopes.Contains(GatewayScopes.Admin) ? view.Raw : view.Bare;
        json["parsed"] = view.Parsed?.DeepClone() ?? new JsonObject();
        if (call.Protocol >= 4)
        {
            json["sourceConfig"] = view.Parsed?.DeepClone() ?? new JsonObject();
        }

        json["resolved"] = view.Resolved?.DeepClone() ?? new JsonObject();
        json["valid"] = view.Valid;
        if (call.Protocol >= 4)
        {
            json["runtimeConfig"] = view.Config.DeepClone();
        }

        json["config"] = view.Config.DeepClone();
        json["hash"] = view.Hash;
        json["issues"] = Issues(view.Issues);
        json["warnings"] = Issues(view.Warnings);
        json["legacyIssues"] = new JsonArray();
        return json;
    }

    private GatewayMethod Writer(string name, Func<GatewayCall, ValueTask<SettingsChange>> write) =>
        new(name, new ParamShape(Write), call => AnswerAsync(call, write)) { Changes = true, Lenient = true };

    private async ValueTask<JsonNode?> AnswerAsync(GatewayCall call, Func<GatewayCall, ValueTask<SettingsChange>> write)
    {
        var change = await write(call);
        var view = change.View;
        var json = new JsonObject { ["ok"] = true };
        if (call.Protocol >= 4 && !change.Changed)
        {
            json["noop"] = true;
            json["changedPaths"] = new JsonArray();
        }

        json["path"] = view.Path;
        if (call.Protocol >= 4)
        {
            json["hash"] = view.Hash;
        }

        json["config"] = view.Config.DeepClone();
        if (change.Changed)
        {
            clients.Tell(
                "config.changed",
                new JsonObject
                {
                    ["path"] = view.Path,
                    ["hash"] = view.Hash,
                    ["ts"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
                },
                client => client.Protocol >= 4
            );
        }

        return json;
    }

    public static JsonArray Issues(IEnumerable<SettingsIssue> issues) =>
        new([.. issues.Select(i => (JsonNode)new JsonObject { ["path"] = i.Path, ["message"] = i.Message })]);
}
