namespace Creel.Core.Work;

/// <summary>Which agents the hub knows, whether a habitat declared them or they registered themselves, and what they may prove it with.</summary>
public interface IAgentRegistry
{
    ValueTask<IReadOnlyList<AgentRegistration>> ListAsync(CancellationToken cancel = default);

    /// <summary>Adds or replaces.</summary>
    ValueTask PutAsync(AgentRegistration agent, CancellationToken cancel = default);

    /// <summary>Removes the agent and its tokens, but for those of kind <see cref="TokenKind.Elsewhere"/>; false if it was not there.</summary>
    ValueTask<bool> RemoveAsync(AgentId agent, CancellationToken cancel = default);

    ValueTask AddTokenAsync(TokenRecord token, CancellationToken cancel = default);

    /// <summary>The token of this SHA-256 hash (32 bytes), or null.</summary>
    ValueTask<TokenRecord?> FindTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default);

    /// <summary>Removes a token; false if it was not there. A join token is used up so.</summary>
    ValueTask<bool> RemoveTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default);

    ValueTask<int> RemoveExpiredTokensAsync(DateTimeOffset now, CancellationToken cancel = default);
}

/// <summary>An agent that the hub knows.</summary>
/// <param name="Metadata">What it registered with: a JSON object in UTF-8.</param>
/// <param name="Declared">By a habitat, so it goes when the habitat no longer names it.</param>
public sealed record AgentRegistration(AgentId Id, ReadOnlyMemory<byte> Metadata, DateTimeOffset RegisteredAt, bool Declared);

/// <summary>A token, of which only the hash is kept.</summary>
/// <param name="Agent">The agent that it proves; for a join token, the only one that it lets register, or null for any new one.</param>
public sealed record TokenRecord(ReadOnlyMemory<byte> Hash, TokenKind Kind, AgentId? Agent, DateTimeOffset ExpiresAt);

public enum TokenKind
{
    Agent,

    /// <summary>Lets one agent register itself, once.</summary>
    Join,

    /// <summary>Of an agent at a gateway elsewhere, for the agents' own API; kept by a port of its own.</summary>
    Elsewhere,
}
