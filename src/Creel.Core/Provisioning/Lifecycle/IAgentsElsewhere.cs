namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What the hub has to know of agents that live at gateways elsewhere, and of signs of life of any agent.</summary>
public interface IAgentsElsewhere
{
    /// <summary>Those that the habitat in force names.</summary>
    IReadOnlyList<AgentId> All { get; }

    /// <summary>The gateway at which it lives; null: at none.</summary>
    string? GatewayOf(AgentId agent);

    /// <summary>What is known of its signs of life, and of those of any other.</summary>
    CheckInState StateOf(AgentId agent);

    /// <summary>Whose token that is, which its agent shows now; null: nobody's that holds.</summary>
    ValueTask<AgentId?> UseTokenAsync(string? token, CancellationToken cancel = default);

    /// <summary>The agent, elsewhere or in a cell, has called.</summary>
    void Seen(AgentId agent);
}
