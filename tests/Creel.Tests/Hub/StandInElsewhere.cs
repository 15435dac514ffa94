using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning;

namespace Creel.Tests.Hub;

/// <summary>Agents elsewhere, as a test names them; their tokens are kept in memory.</summary>
internal sealed class StandInElsewhere : IAgentsElsewhere
{
    private readonly Lazy<AgentTokens> tokens;

    public StandInElsewhere(IAgentTokenStore store, TimeProvider? time = null) =>
        tokens = new Lazy<AgentTokens>(() => new AgentTokens(store, time ?? TimeProvider.System));

    /// <summary>By agent its gateway.</summary>
    public Dictionary<AgentId, string> Habitat { get; } = [];

    public List<AgentId> Calls { get; } = [];

    public AgentTokens Tokens => tokens.Value;

    public IReadOnlyList<AgentId> All => [.. Habitat.Keys];

    public string? GatewayOf(AgentId agent) => Habitat.GetValueOrDefault(agent);

    public CheckInState StateOf(AgentId agent) => new(new Resident(agent, GatewayOf(agent)));

    public ValueTask<KeptToken?> FindTokenAsync(string? token, CancellationToken cancel = default) =>
        Tokens.FindAsync(token, cancel);

    public ValueTask UsedTokenAsync(KeptToken token, string gateway, CancellationToken cancel = default) =>
        Tokens.UsedAsync(token, gateway, cancel);

    public void Seen(Resident agent)
    {
        lock (Calls)
        {
            Calls.Add(agent.Agent);
        }
    }
}
