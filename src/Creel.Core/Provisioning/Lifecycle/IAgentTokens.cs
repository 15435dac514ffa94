namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>
/// By which agents at gateways elsewhere prove to us who they are. Kept as hashes; the text is seen once. Each is one agent's at one gateway,
/// and is nobody's at another.
/// </summary>
public interface IAgentTokens
{
    /// <summary>A new one, <c>ID.SECRET</c>. Those before it still hold.</summary>
    ValueTask<string> MintAsync(Resident agent, CancellationToken cancel = default);

    /// <summary>Those that never came to the agent end: each try of a handover that fails leaves one.</summary>
    /// <param name="standing">Not this one; null: none stands there.</param>
    ValueTask EndUnprovenAsync(Resident agent, string? standing, CancellationToken cancel = default);

    /// <summary>Whether it is one of this agent's that holds, and goes on holding: none takes its place.</summary>
    ValueTask<bool> HoldsAsync(Resident agent, string token, CancellationToken cancel = default);

    /// <summary>Whether any of the agent's holds now.</summary>
    ValueTask<bool> HasAsync(Resident agent, CancellationToken cancel = default);

    /// <summary>All others of the agent hold until then at the latest, or until this one is first used.</summary>
    ValueTask SucceedAsync(Resident agent, string token, DateTimeOffset othersUntil, CancellationToken cancel = default);

    /// <summary>None of the agent's holds there any longer.</summary>
    ValueTask RevokeAsync(Resident agent, CancellationToken cancel = default);

    /// <summary>None of the agent's holds any longer, wherever it lived.</summary>
    ValueTask RevokeAsync(AgentId agent, CancellationToken cancel = default);

    /// <summary>None of any agent at that gateway holds any longer.</summary>
    ValueTask RevokeAllAsync(string gateway, CancellationToken cancel = default);
}
