using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>Tokens in memory, of which some hold.</summary>
internal sealed class MemoryTokens : IAgentTokens
{
    private readonly ConcurrentDictionary<string, string> holding = [];
    private int number;

    public Action Called { get; set; } = () => { };

    public IReadOnlyList<string> Of(string agent) => [.. holding.Where(h => h.Value == agent).Select(h => h.Key)];

    public int Minted => number;

    public ValueTask<string> MintAsync(AgentId agent, CancellationToken cancel = default)
    {
        Called();
        var token = $"{agent}.{Interlocked.Increment(ref number):x32}";
        holding[token] = agent.Value;
        return ValueTask.FromResult(token);
    }

    public ValueTask<bool> HoldsAsync(AgentId agent, string token, CancellationToken cancel = default) =>
        ValueTask.FromResult(holding.TryGetValue(token, out var whose) && whose == agent.Value);

    public ValueTask SucceedAsync(AgentId agent, string token, DateTimeOffset othersUntil, CancellationToken cancel = default)
    {
        Called();
        foreach (var other in Of(agent.Value).Where(t => t != token))
        {
            holding.TryRemove(other, out _);
        }

        return default;
    }

    public ValueTask RevokeAsync(AgentId agent, CancellationToken cancel = default)
    {
        Called();
        foreach (var token in Of(agent.Value))
        {
            holding.TryRemove(token, out _);
        }

        return default;
    }
}
