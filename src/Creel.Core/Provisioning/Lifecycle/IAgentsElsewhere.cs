namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What the hub has to know of agents that live at gateways elsewhere, and of signs of life of any agent.</summary>
public interface IAgentsElsewhere
{
    /// <summary>Those that the habitat in force names.</summary>
    IReadOnlyList<AgentId> All { get; }

    /// <summary>The gateway at which it lives; null: at none.</summary>
    string? GatewayOf(AgentId agent);

    /// <summary>What is known of its signs of life where it lives now, and of those of any other.</summary>
    CheckInState StateOf(AgentId agent);

    /// <summary>The token as it is kept, whose agent may not be at its gateway any more; null: none that holds. Looking changes nothing.</summary>
    ValueTask<KeptToken?> FindTokenAsync(string? token, CancellationToken cancel = default);

    /// <summary>The agent, which lives at that gateway, showed it and was let in: it holds on, and those whose place it takes do not.</summary>
    ValueTask UsedTokenAsync(KeptToken token, string gateway, CancellationToken cancel = default);

    /// <summary>The agent, elsewhere or in a cell, has called.</summary>
    void Seen(Resident agent);
}
