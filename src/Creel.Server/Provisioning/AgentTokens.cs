using System.Security.Cryptography;
using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>Makes, checks and ends the tokens of agents elsewhere.</summary>
public sealed class AgentTokens(IAgentTokenStore store, TimeProvider time) : IAgentTokens
{
    /// <summary>From its last use: an agent that calls is never locked out by the calendar.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(365);

    /// <summary>One that never reached its agent ends by itself.</summary>
    public static readonly TimeSpan Unproven = TimeSpan.FromDays(7);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public async ValueTask<string> MintAsync(AgentId agent, CancellationToken cancel = default)
    {
        var token = AgentToken.Of(agent, RandomNumberGenerator.GetBytes(AgentToken.SecretBytes));
        await store.AddAsync(new KeptToken(AgentToken.Hash(token), agent, time.GetUtcNow() + Unproven), cancel);
        return token;
    }

    public async ValueTask<bool> HoldsAsync(AgentId agent, string token, CancellationToken cancel = default) =>
        AgentToken.AgentOf(token) == agent && await FindAsync(token, cancel) is not null;

    /// <exception cref="CreelException">It does not hold: without the others the agent would have none.</exception>
    public async ValueTask SucceedAsync(
        AgentId agent,
        string token,
        DateTimeOffset othersUntil,
        CancellationToken cancel = default
    )
    {
        if (
            !await HoldsAsync(agent, token, cancel)
            || !await store.SucceedAsync(agent, AgentToken.Hash(token), time.GetUtcNow() + Life, othersUntil, cancel)
        )
        {
            throw new CreelException(
                Fault.Conflict("agent-token", $"that is no token of agent '{agent}' that holds; the others stay as they are")
            );
        }
    }

    public ValueTask RevokeAsync(AgentId agent, CancellationToken cancel = default) => store.RevokeAsync(agent, cancel);

    /// <summary>Its agent shows it: from the first time on, those whose place it takes hold no longer.</summary>
    /// <returns>Whose it is; null: nobody's that holds.</returns>
    public async ValueTask<AgentId?> UseAsync(string? token, CancellationToken cancel = default)
    {
        if (AgentToken.AgentOf(token) is not { } agent || await FindAsync(token!, cancel) is not { } kept)
        {
            return null;
        }

        // Written once a day at most, but for the first time.
        var until = time.GetUtcNow() + Life;
        if (kept.Succeeds || (!kept.Succeeded && kept.ExpiresAt < until - Day))
        {
            await store.UsedAsync(kept, until, cancel);
        }

        return agent;
    }

    private async ValueTask<KeptToken?> FindAsync(string token, CancellationToken cancel)
    {
        var hash = AgentToken.Hash(token);
        return
            await store.FindAsync(hash, cancel) is { } kept
            && CryptographicOperations.FixedTimeEquals(kept.Hash.Span, hash)
            && kept.Agent == AgentToken.AgentOf(token)
            && kept.ExpiresAt > time.GetUtcNow()
            ? kept
            : null;
    }
}
