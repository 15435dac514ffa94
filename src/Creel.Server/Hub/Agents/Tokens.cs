using System.Security.Cryptography;
using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Web;

namespace Creel.Server.Hub.Agents;

/// <summary>Tokens of agents, and those that let one register. Only their hashes are kept.</summary>
internal sealed class Tokens(IAgentRegistry registry, TimeProvider time)
{
    private static readonly TimeSpan AgentLife = TimeSpan.FromDays(365);

    /// <summary>A new token of 32 random bytes, in hexadecimal.</summary>
    public async ValueTask<string> MakeAsync(TokenKind kind, AgentId? agent, DateTimeOffset expires, CancellationToken cancel)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await registry.AddTokenAsync(new TokenRecord(BearerToken.Hash(token), kind, agent, expires), cancel);
        return token;
    }

    public ValueTask<string> MakeAsync(AgentId agent, CancellationToken cancel) =>
        MakeAsync(TokenKind.Agent, agent, time.GetUtcNow() + AgentLife, cancel);

    /// <summary>Whether the token proves this agent.</summary>
    public async ValueTask<bool> ProvesAsync(string? token, AgentId agent, CancellationToken cancel) =>
        token is { Length: > 0 and <= 512 }
        && await registry.FindTokenAsync(BearerToken.Hash(token), cancel) is { Kind: TokenKind.Agent } record
        && record.Agent == agent
        && record.ExpiresAt > time.GetUtcNow();

    /// <summary>Uses up a join token; null where it is none, or none any more.</summary>
    public async ValueTask<TokenRecord?> UseAsync(string? token, CancellationToken cancel)
    {
        if (token is not { Length: > 0 and <= 512 })
        {
            return null;
        }

        var hash = BearerToken.Hash(token);
        return
            await registry.FindTokenAsync(hash, cancel) is { Kind: TokenKind.Join } record
            && await registry.RemoveTokenAsync(hash, cancel)
            && record.ExpiresAt > time.GetUtcNow()
            ? record
            : null;
    }

    /// <summary>The registration failed, so the token is good for another try.</summary>
    public ValueTask GiveBackAsync(TokenRecord token) => registry.AddTokenAsync(token);
}
