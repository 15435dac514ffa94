using System.Security.Cryptography;
using Creel.Core;
using Creel.Core.Provisioning;
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

    public async ValueTask<string> MintAsync(Resident agent, CancellationToken cancel = default)
    {
        var token = AgentToken.Of(agent.Agent, RandomNumberGenerator.GetBytes(AgentToken.SecretBytes));
        var kept = new KeptToken(AgentToken.Hash(token), agent.Agent, Name(agent), time.GetUtcNow() + Unproven);
        await store.AddAsync(kept, cancel);
        return token;
    }

    public async ValueTask<bool> HoldsAsync(Resident agent, string token, CancellationToken cancel = default) =>
        await FindAsync(token, cancel) is { Succeeded: false } kept && kept.Agent == agent.Agent && kept.IsOf(Name(agent));

    public ValueTask EndUnprovenAsync(Resident agent, string? standing, CancellationToken cancel = default) =>
        store.EndAsync(agent.Agent, Name(agent), time.GetUtcNow() + Unproven, AgentToken.Hash(standing ?? ""), cancel);

    public ValueTask<bool> HasAsync(Resident agent, CancellationToken cancel = default) =>
        store.AnyAsync(agent.Agent, Name(agent), time.GetUtcNow(), cancel);

    /// <exception cref="CreelException">It does not hold: without the others the agent would have none.</exception>
    public async ValueTask SucceedAsync(
        Resident agent,
        string token,
        DateTimeOffset othersUntil,
        CancellationToken cancel = default
    )
    {
        if (
            await FindAsync(token, cancel) is not { } kept
            || kept.Agent != agent.Agent
            || !kept.IsOf(Name(agent))
            || !await store.SucceedAsync(kept with { Gateway = Name(agent) }, time.GetUtcNow() + Life, othersUntil, cancel)
        )
        {
            throw new CreelException(
                Fault.Conflict("agent-token", $"that is no token of agent {agent} that holds; the others stay as they are")
            );
        }
    }

    public ValueTask RevokeAsync(Resident agent, CancellationToken cancel = default) =>
        store.RevokeAsync(agent.Agent, Name(agent), cancel);

    public ValueTask RevokeAsync(AgentId agent, CancellationToken cancel = default) => store.RevokeAsync(agent, null, cancel);

    public ValueTask RevokeAllAsync(string gateway, CancellationToken cancel = default) => store.RevokeAllAsync(gateway, cancel);

    /// <summary>The token as it is kept; null: none that holds. Whether its agent is at its gateway, who asks sees.</summary>
    public async ValueTask<KeptToken?> FindAsync(string? token, CancellationToken cancel = default)
    {
        if (AgentToken.AgentOf(token) is not { } agent)
        {
            return null;
        }

        var hash = AgentToken.Hash(token!);
        return
            await store.FindAsync(hash, cancel) is { } kept
            && CryptographicOperations.FixedTimeEquals(kept.Hash.Span, hash)
            && kept.Agent == agent
            && kept.ExpiresAt > time.GetUtcNow()
            ? kept
            : null;
    }

    /// <summary>Its agent, at that gateway, was let in by it: from the first time on, those whose place it takes hold no longer.</summary>
    public async ValueTask UsedAsync(KeptToken token, string gateway, CancellationToken cancel = default)
    {
        // Written once a day at most, but for the first time.
        var until = time.GetUtcNow() + Life;
        if (token.Gateway is null || token.Succeeds || (!token.Succeeded && token.ExpiresAt < until - Day))
        {
            await store.UsedAsync(token with { Gateway = gateway }, until, cancel);
        }
    }

    /// <summary>Our own gateway has the empty name, as in the table of what was provisioned.</summary>
    private static string Name(Resident agent) => agent.Gateway ?? "";
}
