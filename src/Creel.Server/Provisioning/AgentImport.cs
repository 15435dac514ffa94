using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats.Edits;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Server.Provisioning;

/// <summary>Takes up agents that a gateway elsewhere has and the habitat has not, as they are. Nothing is written at the gateway.</summary>
public sealed class AgentImport(ForeignGateways gateways, ProvisioningPorts ports)
{
    private const int AtOnce = 16;

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
        var line = await gateways.LineAsync(gateway, cancel);
        var protocol = (await line.HelloAsync(cancel)).Protocol;
        var roster = new ObservedRoster(await line.CallAsync("config.get", null, null, cancel), protocol);
        var found = FoundAgents.Of(roster, await line.CallAsync("agents.list", null, null, cancel));
        var placed = new List<FoundAgent>();
        foreach (var some in found.Chunk(AtOnce))
        {
            placed.AddRange(await Task.WhenAll(some.Select(agent => PlacedAsync(line, agent, cancel))));
        }

        var adoption = Adoption.Of(ports.Habitat()!, model, placed, only, under);
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

    /// <summary>Where the lists do not say in which folder it works, that of its files does.</summary>
    private static async Task<FoundAgent> PlacedAsync(IGatewayLine line, FoundAgent agent, CancellationToken cancel)
    {
        if (agent.Workspace is not null)
        {
            return agent;
        }

        try
        {
            var files = await line.CallAsync("agents.files.list", new JsonObject { ["agentId"] = agent.Id }, null, cancel);
            return agent with { Workspace = Payloads.Text(files, "workspace") };
        }
        catch (CreelException e) when (e.Fault.Code == "gateway-agent")
        {
            // It went meanwhile, or the gateway does not go by it yet.
            return agent;
        }
    }
}
