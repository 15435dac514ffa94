using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>The conversation of an agent at a gateway elsewhere, without all the rest of it.</summary>
public static class AgentSessions
{
    private static readonly AgentKeys Keys = new(ProvisioningMode.Ours);

    public static string Of(GatewayAgentModel agent) => ProvisionedSheet.Of(agent, Keys).SessionKey!;
}
