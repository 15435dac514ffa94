using Creel.Adapters.OpenClaw;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Gateway.Protocol;
using Creel.Server.Provisioning;
using Creel.Server.Provisioning.Lifecycle;

namespace Creel.Roots;

/// <summary>Puts together what provisioning stands on: what the habitat wants, and how a gateway is reached.</summary>
internal static class ProvisioningRoot
{
    private const string Actor = "provisioning";

    /// <param name="ownUrl">Where programs on this machine reach the agents' API; null: not known yet.</param>
    public static LifecyclePorts Ports(
        Func<HabitatModel?> habitat,
        Func<string?> ownUrl,
        ForeignGateways gateways,
        GatewayPorts own,
        IProvisionStore store,
        IAgentTokens tokens,
        IWakes wakes
    ) =>
        new()
        {
            Habitat = habitat,
            Desired = (model, gateway, mode) => Desired(model, gateway, mode, ownUrl()),
            // One for each run: whoever runs is alone at this gateway.
            ReachAsync = async (name, mode, cancel) =>
                name is null
                    ? new GatewayReach(null, new OwnControlPlane(own, Actor))
                    : await gateways.ReachAsync(name, mode, cancel),
            Mirror = (name, workspace, file, text) =>
                new LocalMirror(
                    name is null ? null : habitat()?.ForeignGateways.GetValueOrDefault(name)?.Mirror,
                    Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
                ).Write(workspace, file, text),
            Store = store,
            Tokens = tokens,
            Wakes = wakes,
        };

    public static DesiredReading Desired(HabitatModel habitat, string? gateway, ProvisioningMode mode, string? ownUrl) =>
        DesiredAgents.Of(habitat, gateway, mode, ownUrl, new FileRenderer(mode, habitat.Provisioning.Templates.Find));
}
