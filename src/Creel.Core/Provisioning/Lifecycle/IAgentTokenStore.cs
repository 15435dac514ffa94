namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>The hashes of the tokens of agents elsewhere.</summary>
public interface IAgentTokenStore
{
    ValueTask AddAsync(KeptToken token, CancellationToken cancel = default);

    /// <summary>The one of this hash (<see cref="AgentToken.Hash"/>), or null; whether it holds by the clock, the caller sees.</summary>
    ValueTask<KeptToken?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default);

    /// <summary>
    /// It holds until <paramref name="until"/>, and takes the place of all others of the agent, which hold until
    /// <paramref name="othersUntil"/> at the latest.
    /// </summary>
    /// <returns>False, and nothing is done, where the agent has no such token.</returns>
    ValueTask<bool> SucceedAsync(
        AgentId agent,
        ReadOnlyMemory<byte> hash,
        DateTimeOffset until,
        DateTimeOffset othersUntil,
        CancellationToken cancel = default
    );

    /// <summary>Its agent showed it: those whose place it takes end, and it holds until then, unless another takes its own.</summary>
    ValueTask UsedAsync(KeptToken token, DateTimeOffset until, CancellationToken cancel = default);

    ValueTask RevokeAsync(AgentId agent, CancellationToken cancel = default);
}

/// <summary>What is kept of a token.</summary>
/// <param name="Succeeds">There are others that end when it is used.</param>
/// <param name="Succeeded">Another one takes its place.</param>
public sealed record KeptToken(
    ReadOnlyMemory<byte> Hash,
    AgentId Agent,
    DateTimeOffset ExpiresAt,
    bool Succeeds = false,
    bool Succeeded = false
);
