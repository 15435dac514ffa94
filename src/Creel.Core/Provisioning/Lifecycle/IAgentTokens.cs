namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>By which agents at gateways elsewhere prove to us who they are. Kept as hashes; the text is seen once.</summary>
public interface IAgentTokens
{
    /// <summary>A new one, <c>ID.SECRET</c>. Those before it still hold.</summary>
    ValueTask<string> MintAsync(AgentId agent, CancellationToken cancel = default);

    /// <summary>Whether it is one of this agent's that holds now.</summary>
    ValueTask<bool> HoldsAsync(AgentId agent, string token, CancellationToken cancel = default);

    /// <summary>All others of the agent hold until then at the latest, or until this one is first used.</summary>
    ValueTask SucceedAsync(AgentId agent, string token, DateTimeOffset othersUntil, CancellationToken cancel = default);

    /// <summary>None of the agent's holds any longer.</summary>
    ValueTask RevokeAsync(AgentId agent, CancellationToken cancel = default);
}
