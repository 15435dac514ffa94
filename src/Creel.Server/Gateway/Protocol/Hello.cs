using System.Text.Json.Nodes;
using Creel.Core.Gateway;
using Creel.Server.Gateway.Protocol.Methods;

namespace Creel.Server.Gateway.Protocol;

/// <summary>The answer to <c>connect</c>.</summary>
internal sealed class Hello(
    GatewayConfig config,
    GatewayPorts ports,
    MethodTable methods,
    HealthView health,
    HealthMethods state,
    Clients clients,
    TimeProvider time
)
{
    private readonly long started = time.GetTimestamp();
    private readonly string boot = Guid.NewGuid().ToString();

    /// <param name="auth">What a device gets; null: it has none.</param>
    public async Task<JsonObject> ToAsync(Client client, JsonObject? auth, CancellationToken cancel)
    {
        var server = new JsonObject { ["version"] = config.Version };
        if (client.Protocol >= 4)
        {
            server["buildId"] = config.Version;
            server["bootId"] = boot;
        }

        server["connId"] = client.Id;
        var features = new JsonObject
        {
            ["methods"] = DeviceJson.Texts(methods.Names),
            ["events"] = DeviceJson.Texts(Clients.Events),
        };
        if (client.Protocol >= 4)
        {
            features["capabilities"] = new JsonArray();
        }

        var json = new JsonObject
        {
            ["type"] = "hello-ok",
            ["protocol"] = client.Protocol,
            ["server"] = server,
            ["features"] = features,
            ["snapshot"] = await SnapshotAsync(client, cancel),
        };
        if (client.Protocol >= 4)
        {
            auth ??= new JsonObject { ["role"] = client.Role, ["scopes"] = DeviceJson.Texts(client.Scopes) };
            auth["method"] = client.Method;
        }

        if (auth is not null)
        {
            json["auth"] = auth;
        }

        json["policy"] = new JsonObject
        {
            ["maxPayload"] = GatewayLimits.Payload,
            ["maxBufferedBytes"] = config.Buffered,
            ["tickIntervalMs"] = (long)config.Tick.TotalMilliseconds,
        };
        return json;
    }

    private async Task<JsonObject> SnapshotAsync(Client client, CancellationToken cancel)
    {
        var json = new JsonObject();
        if (client.Protocol >= 4)
        {
            json["suspension"] = new JsonObject { ["phase"] = "accepting" };
        }

        // Who else is there, and where things lie, is not for whoever has no scope at all.
        var reads = GatewayScopes.Holds(client.Scopes, GatewayScopes.Read);
        json["presence"] = reads ? state.Presence() : new JsonArray();
        json["health"] = reads ? await health.HealthAsync(client.Protocol, probe: false, cancel) : new JsonObject();
        json["stateVersion"] = new JsonObject { ["presence"] = clients.Version, ["health"] = 1 };
        json["uptimeMs"] = (long)time.GetElapsedTime(started).TotalMilliseconds;
        if (reads)
        {
            json["configPath"] = (await ports.Settings.GetAsync(cancel)).Path;
            json["stateDir"] = config.StateFolder;
        }

        var agent = ports.DefaultAgent();
        var main = ports.MainKey();
        var defaults = new JsonObject
        {
            ["defaultAgentId"] = agent,
            ["mainKey"] = main,
            ["mainSessionKey"] = ports.SessionScope() == "global" ? "global" : $"agent:{agent}:{main}",
            ["scope"] = ports.SessionScope(),
        };
        if (client.Protocol >= 4)
        {
            defaults["modelConfigured"] = ports.Agents().Any(a => a.Model is not null);
            defaults["ownership"] = ports.Agents().Count > 1 ? "explicit" : "sole";
            defaults["selectionRequired"] = false;
        }

        json["sessionDefaults"] = defaults;
        json["authMode"] = config.Secret().Word;
        return json;
    }
}
