namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>The hashes of the tokens of agents elsewhere.</summary>
public interface IAgentTokenStore
{
    ValueTask AddAsync(KeptToken token, CancellationToken cancel = default);

    /// <summary>The one of this hash (<see cref="AgentToken.Hash"/>), or null; whether it holds by the clock, the caller sees.</summary>
    ValueTask<KeptToken?> FindAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default);

    /// <summary>Whether the agent has one there that ends after that.</summary>
    ValueTask<bool> AnyAsync(AgentId agent, string gateway, DateTimeOffset after, CancellationToken cancel = default);

    /// <summary>
    /// It holds until <paramref name="until"/>, at its gateway, and takes the place of all others of the agent there, which hold until
    /// <paramref name="othersUntil"/> at the latest.
    /// </summary>
    /// <returns>False, and nothing is done, where the agent has no such token.</returns>
    ValueTask<bool> SucceedAsync(
        KeptToken token,
        DateTimeOffset until,
        DateTimeOffset othersUntil,
        CancellationToken cancel = default
    );

    /// <summary>
    /// Its agent showed it: those whose place it takes end, and it holds until then, unless another takes its own; from now on at its gateway alone.
    /// </summary>
    ValueTask UsedAsync(KeptToken token, DateTimeOffset until, CancellationToken cancel = default);

    /// <summary>Those of the agent there that end by then end now, but for one, and for those that end because another took their place.</summary>
    ValueTask EndAsync(
        AgentId agent,
        string gateway,
        DateTimeOffset by,
        ReadOnlyMemory<byte> but,
        CancellationToken cancel = default
    );

    /// <param name="gateway">Null: wherever they hold.</param>
    ValueTask RevokeAsync(AgentId agent, string? gateway, CancellationToken cancel = default);

    /// <summary>Of all agents there.</summary>
    ValueTask RevokeAllAsync(string gateway, CancellationToken cancel = default);
}
