using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>One agent as the habitat in force has it, here or elsewhere.</summary>
/// <param name="ownUrl">Where programs on this machine reach the agents' API.</param>
public sealed class DesiredNow(Func<HabitatModel?> habitat, Func<AgentId, string?> gatewayOf, Func<string> ownUrl)
{
    /// <returns>Null: it has none of that id.</returns>
    /// <exception cref="CreelException">It has it, and it can't be made as it says.</exception>
    public DesiredAgent? Find(AgentId agent)
    {
        var model = HabitatUp.Of(habitat);
        var templates = model.Provisioning.Templates;
        var reading = DesiredAgents.Of(
            model,
            gatewayOf(agent),
            ProvisioningMode.Ours,
            ownUrl(),
            new FileRenderer(ProvisioningMode.Ours, templates.Find)
        );
        return reading.Problems.FirstOrDefault(p => p.Agent == agent) is { } problem
            ? throw new CreelException(problem.Fault)
            : reading.Agents.FirstOrDefault(a => a.Agent == agent);
    }
}
