using System.Buffers.Binary;
using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>Tokens in memory, of which some hold.</summary>
internal sealed class MemoryTokens : IAgentTokens
{
    private readonly ConcurrentDictionary<string, Resident> holding = [];
    private readonly ConcurrentDictionary<string, bool> proven = [];
    private int number;

    public Action Called { get; set; } = () => { };

    public IReadOnlyList<string> Of(string agent) => [.. holding.Where(h => h.Value.Agent.Value == agent).Select(h => h.Key)];

    public int Minted => number;

    public ValueTask<string> MintAsync(Resident agent, CancellationToken cancel = default)
    {
        Called();
        var secret = new byte[AgentToken.SecretBytes];
        BinaryPrimitives.WriteInt32BigEndian(secret, Interlocked.Increment(ref number));
        var token = AgentToken.Of(agent.Agent, secret);
        holding[token] = agent;
        return ValueTask.FromResult(token);
    }

    public ValueTask EndUnprovenAsync(Resident agent, string? standing, CancellationToken cancel = default)
    {
        Called();
        End((token, whose) => whose == agent && token != standing && !proven.ContainsKey(token));
        return default;
    }

    public ValueTask<bool> HoldsAsync(Resident agent, string token, CancellationToken cancel = default) =>
        ValueTask.FromResult(holding.TryGetValue(token, out var whose) && whose == agent);

    public ValueTask<bool> HasAsync(Resident agent, CancellationToken cancel = default) =>
        ValueTask.FromResult(holding.Values.Contains(agent));

    public ValueTask SucceedAsync(Resident agent, string token, DateTimeOffset othersUntil, CancellationToken cancel = default)
    {
        Called();
        proven[token] = true;
        End((other, whose) => other != token && whose == agent);
        return default;
    }

    public ValueTask RevokeAsync(Resident agent, CancellationToken cancel = default)
    {
        Called();
        End((_, whose) => whose == agent);
        return default;
    }

    public ValueTask RevokeAsync(AgentId agent, CancellationToken cancel = default)
    {
        Called();
        End((_, whose) => whose.Agent == agent);
        return default;
    }

    public ValueTask RevokeAllAsync(string gateway, CancellationToken cancel = default)
    {
        Called();
        End((_, whose) => whose.Gateway == gateway);
        return default;
    }

    private void End(Func<string, Resident, bool> which)
    {
        foreach (var (token, _) in holding.Where(h => which(h.Key, h.Value)))
        {
            holding.TryRemove(token, out _);
        }
    }
}
