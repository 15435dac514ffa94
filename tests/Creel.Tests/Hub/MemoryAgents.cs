using Creel.Core;
using Creel.Core.Work;

namespace Creel.Tests.Hub;

/// <summary>Agents and tokens in memory.</summary>
internal sealed class MemoryAgents : IAgentRegistry
{
    private readonly Lock gate = new();
    private readonly Dictionary<AgentId, AgentRegistration> agents = [];
    private readonly List<TokenRecord> tokens = [];

    public ValueTask<IReadOnlyList<AgentRegistration>> ListAsync(CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new([.. agents.Values]);
        }
    }

    public ValueTask PutAsync(AgentRegistration agent, CancellationToken cancel = default)
    {
        lock (gate)
        {
            agents[agent.Id] = agent;
            return default;
        }
    }

    public ValueTask<bool> RemoveAsync(AgentId agent, CancellationToken cancel = default)
    {
        lock (gate)
        {
            tokens.RemoveAll(t => t.Agent == agent);
            return new(agents.Remove(agent));
        }
    }

    public ValueTask AddTokenAsync(TokenRecord token, CancellationToken cancel = default)
    {
        lock (gate)
        {
            tokens.Add(token);
            return default;
        }
    }

    public ValueTask<TokenRecord?> FindTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(tokens.Find(t => t.Hash.Span.SequenceEqual(hash.Span)));
        }
    }

    public ValueTask<bool> RemoveTokenAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(tokens.RemoveAll(t => t.Hash.Span.SequenceEqual(hash.Span)) > 0);
        }
    }

    public ValueTask<int> RemoveExpiredTokensAsync(DateTimeOffset now, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return new(tokens.RemoveAll(t => t.ExpiresAt <= now));
        }
    }
}
