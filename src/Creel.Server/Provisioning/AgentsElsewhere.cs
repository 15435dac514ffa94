using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>The agents at gateways elsewhere, as the habitat in force has them.</summary>
/// <param name="habitat">Null: none is up.</param>
/// <param name="named">Which agents it has, and at which gateway each.</param>
/// <param name="book">Who has called.</param>
public sealed class AgentsElsewhere(
    Func<HabitatModel?> habitat,
    Func<HabitatModel, IEnumerable<(AgentId Agent, string Gateway)>> named,
    AgentTokens tokens,
    Func<CheckInBook> book
) : IAgentsElsewhere
{
    private volatile Roster read = new(null, []);

    public IReadOnlyList<AgentId> All => [.. Now.Keys.Order()];

    public string? GatewayOf(AgentId agent) => Now.GetValueOrDefault(agent);

    /// <summary>Whether it lives there; null: no habitat is up.</summary>
    public bool? Lives(Resident agent) =>
        habitat() is not { } now ? null
        : agent.Gateway is { } gateway ? GatewayOf(agent.Agent) == gateway
        : now.Find(agent.Agent) is not null;

    public CheckInState StateOf(AgentId agent) => book().Find(new Resident(agent, GatewayOf(agent)));

    public ValueTask<KeptToken?> FindTokenAsync(string? token, CancellationToken cancel = default) =>
        tokens.FindAsync(token, cancel);

    public ValueTask UsedTokenAsync(KeptToken token, string gateway, CancellationToken cancel = default) =>
        tokens.UsedAsync(token, gateway, cancel);

    public void Seen(Resident agent) => book().Seen(agent);

    /// <summary>Read once for each habitat that comes into force.</summary>
    private Dictionary<AgentId, string> Now
    {
        get
        {
            var model = habitat();
            var known = read;
            if (!ReferenceEquals(known.Habitat, model))
            {
                known = new Roster(model, model is null ? [] : named(model).ToDictionary(a => a.Agent, a => a.Gateway));
                read = known;
            }

            return known.Gateways;
        }
    }

    private sealed record Roster(HabitatModel? Habitat, Dictionary<AgentId, string> Gateways);
}
