namespace Creel.Core.Habitats;

/// <summary>Who may ask whom for work: <c>tools.agentToAgent</c>, off by default.</summary>
/// <param name="Allow">Agent ids, or <c>*</c>; both the asker and the asked must be named.</param>
public sealed record BridgeModel(bool Enabled, IReadOnlyList<string> Allow)
{
    public static BridgeModel Off { get; } = new(false, []);

    public bool Permits(AgentId from, AgentId to) => Enabled && Names(from) && Names(to);

    private bool Names(AgentId agent) => Allow.Contains("*") || Allow.Contains(agent.Value);
}
