using Creel.Core;
using Creel.Core.Habitats.Edits;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;

namespace Creel.Server.Provisioning;

/// <summary>Takes up agents that a gateway elsewhere has and the habitat has not, as they are. Nothing is written at the gateway.</summary>
public sealed class AgentImport(ForeignGateways gateways, ProvisioningPorts ports)
{
    /// <param name="only">Ids at the gateway; empty: all.</param>
    /// <param name="under">Another id here for the one that is named.</param>
    /// <param name="plan">Nothing is written in the habitat either.</param>
    /// <exception cref="CreelException">There is no such gateway or agent, it does not answer, or the habitat can't be written.</exception>
    public async Task<Adoption> RunAsync(
        string gateway,
        IReadOnlyList<string> only,
        AgentId? under,
        bool plan,
        string by,
        CancellationToken cancel
    )
    {
        if (under is not null && only.Count != 1)
        {
            throw new CreelException(
                Fault.Invalid("import-as", "another id is for one agent", "Name it, once: --agent ID --as OTHER")
            );
        }

        var model = gateways.Get(gateway);
        var there = await gateways.ReachAsync(gateway, ProvisioningMode.Ours, cancel);
        var found = await there.Plane.FindAgentsAsync(cancel);
        var adoption = Adoption.Of(ports.Habitat()!, model, found, only, under);
        if (!plan && adoption.New.Count > 0)
        {
            await HabitatEdits.ApplyAsync(
                ports.Config,
                root =>
                {
                    foreach (var (id, entry) in adoption.New)
                    {
                        GatewayAgentEdit.Add(root, gateway, id, entry);
                    }
                },
                by,
                cancel
            );

            // One of that id that lived somewhere before is another.
            foreach (var (id, _) in adoption.New)
            {
                await ports.Tokens.RevokeAsync(AgentId.Parse(id), cancel);
            }
        }

        return adoption;
    }
}
