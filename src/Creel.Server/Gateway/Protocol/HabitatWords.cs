using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Server.Gateway.Protocol;

/// <summary>What clients ask of the habitat in force, also where none is.</summary>
internal static class HabitatWords
{
    public static IReadOnlyList<AgentModel> Agents(this GatewayPorts ports) => ports.Habitat()?.Agents ?? [];

    public static string MainKey(this GatewayPorts ports) => ports.Habitat()?.Gateway.Session.Keys.MainKey ?? RoutingText.MainKey;

    public static string SessionScope(this GatewayPorts ports) =>
        ports.Habitat()?.Gateway.Session.Keys.Global == true ? "global" : "per-sender";

    public static string DefaultAgent(this GatewayPorts ports) =>
        ports.Agents().FirstOrDefault(a => a.Default)?.Id.Value ?? RoutingText.MainAgent;

    public static AgentRules? Rules(this GatewayPorts ports, AgentId agent) =>
        ports.Habitat()?.Gateway.Agents.GetValueOrDefault(agent);
}
