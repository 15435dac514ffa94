using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;

namespace Creel.Server.Provisioning;

/// <summary>An agent at a gateway elsewhere, as the habitat says it.</summary>
/// <param name="Kind"><c>lead</c>, <c>board</c>, <c>main</c> or <c>standalone</c>.</param>
/// <param name="Files">False: what its gateway has of it is left as it is.</param>
internal sealed record GatewayAgentView(string Id, string Gateway, string Name, string Kind, string? Board, bool Files)
{
    public static GatewayAgentView Of(GatewayAgentModel agent, ProvisioningModel said) =>
        new(
            agent.Id.Value,
            agent.Gateway,
            agent.Name,
            (agent.IsMain ? AgentKind.Main : said.KindOf(agent.Id)).ToString().ToLowerInvariant(),
            said.Agents.GetValueOrDefault(agent.Id)?.Board,
            agent.Files
        );
}
