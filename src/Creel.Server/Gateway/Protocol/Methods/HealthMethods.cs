using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary><c>health</c>, <c>status</c>, and what else says how the gateway is.</summary>
internal sealed class HealthMethods(HealthView view, Clients clients, Func<JsonObject> self)
{
    private const int MostTold = 100;

    public IEnumerable<GatewayMethod> All =>
        [
            new(
                "health",
                new ParamShape(ParamRule.Bool("probe").Optional(), ParamRule.Bool("includeSensitive").Optional()),
                HealthAsync
            )
            {
                Lenient = true,
            },
            new("status", new ParamShape(), StatusAsync) { Lenient = true },
            new("system-presence", new ParamShape(), PresenceAsync),
            new("last-heartbeat", new ParamShape(), _ => ValueTask.FromResult<JsonNode?>(null)),
        ];

    /// <summary>The gateway, and who came last: among very many nobody looks for all.</summary>
    public JsonArray Presence() => new([self(), .. clients.List.TakeLast(MostTold).Select(c => c.Presence())]);

    private async ValueTask<JsonNode?> HealthAsync(GatewayCall call) =>
        await view.HealthAsync(call.Protocol, call.Flag("probe"), call.Cancel);

    private ValueTask<JsonNode?> StatusAsync(GatewayCall call) =>
        ValueTask.FromResult<JsonNode?>(view.Status(call.Protocol, GatewayScopes.Holds(call.Client.Scopes, GatewayScopes.Admin)));

    private ValueTask<JsonNode?> PresenceAsync(GatewayCall call) => ValueTask.FromResult<JsonNode?>(Presence());
}
