namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What the habitat wants at one gateway.</summary>
/// <param name="Problems">Of those that are wanted, and of which it can't be said what they are to be: they are left as they are.</param>
public sealed record WantedAgents(IReadOnlyList<DesiredAgent> Agents, IReadOnlyDictionary<AgentId, Fault> Problems)
{
    public static readonly WantedAgents None = new([], new Dictionary<AgentId, Fault>());

    public bool Names(ProvisionRecord record) =>
        Problems.ContainsKey(record.Agent) || Agents.Any(a => a.Registration.Id == record.Id);
}
