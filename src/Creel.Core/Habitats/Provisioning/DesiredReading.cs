using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>What a habitat wants of the agents at one gateway.</summary>
/// <param name="Agents">By id, the gateway's main one last.</param>
/// <param name="Problems">
/// Of those that can't be made as the habitat says, and are not among the agents. They are wanted all the same: nothing of them is removed.
/// </param>
public sealed record DesiredReading(IReadOnlyList<DesiredAgent> Agents, IReadOnlyList<DesiredProblem> Problems);

/// <param name="Fault">With what to do.</param>
public sealed record DesiredProblem(AgentId Agent, Fault Fault);
