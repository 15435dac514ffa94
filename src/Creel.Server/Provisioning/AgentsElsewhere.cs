using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>The agents at gateways elsewhere, as the habitat in force has them.</summary>
/// <param name="habitat">Null: none is up.</param>
/// <param name="named">Which agents it has, and at which gateway each.</param>
public sealed class AgentsElsewhere(
    Func<HabitatModel?> habitat,
    Func<HabitatModel, IEnumerable<(AgentId Agent, string Gateway)>> named,
    AgentTokens tokens
) : IAgentsElsewhere
{
    private volatile Roster read = new(null, new Dictionary<AgentId, string>());

    public IReadOnlyList<AgentId> All => [.. Now.Keys.Order()];

    public string? GatewayOf(AgentId agent) => Now.GetValueOrDefault(agent);

    public string StatusOf(AgentId agent) => "unseen";

    public ValueTask<AgentId?> UseTokenAsync(string? token, CancellationToken cancel = default) => tokens.UseAsync(token, cancel);

    public void Seen(AgentId agent) { }

    /// <summary>Read once for each habitat that comes into force.</summary>
    private IReadOnlyDictionary<AgentId, string> Now
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
