using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>From what a habitat says of an agent elsewhere to what provisioning knows of it.</summary>
internal static class ProvisionedSheet
{
    private static readonly AgentKeys Ours = new(ProvisioningMode.Ours);

    /// <summary>By which id its gateway is to know it.</summary>
    public static string Registered(GatewayAgentModel agent) => Ours.Key(Of(agent, Ours));

    public static AgentSheet Of(
        GatewayAgentModel agent,
        AgentKeys keys,
        ProvisionedModel? said = null,
        AgentKind kind = AgentKind.Standalone,
        ProvisioningMode mode = ProvisioningMode.Ours
    )
    {
        var sheet = new AgentSheet
        {
            Id = agent.Id.Value,
            Name = agent.Name,
            SessionKey =
                agent.IsMain ? keys.MainSession(agent.Gateway)
                : agent.Session is null && kind == AgentKind.Lead && mode == ProvisioningMode.Seed
                    ? AgentKeys.LeadSession(said!.Board!)
                : agent.Session,
            Workspace = agent.Workspace,
            Heartbeat = agent.Heartbeat,
            Identity = said?.Profile,
            IdentityTemplate = said?.IdentityTemplate,
            SoulTemplate = said?.SoulTemplate,
            IsLead = kind == AgentKind.Lead,
        };
        return sheet with { SessionKey = keys.Session(sheet) };
    }
}
