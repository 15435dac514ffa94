using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>What the habitat in force wants at gateways, ours among them, and who of it lives where.</summary>
internal sealed class DesiredNow(LifecyclePorts ports)
{
    private volatile Seen seen = new(null);

    /// <exception cref="CreelException">None is up.</exception>
    public HabitatModel Habitat => HabitatUp.Of(ports.Habitat);

    /// <summary>At one gateway; at one that the habitat names no more, nobody. Null: ours, where those are that are provisioned.</summary>
    public DesiredReading At(HabitatModel habitat, string? gateway, ProvisioningMode mode) =>
        gateway is null ? Here(habitat, ports.Desired(habitat, gateway, mode))
        : habitat.ForeignGateways.ContainsKey(gateway) ? ports.Desired(habitat, gateway, mode)
        : new DesiredReading([], []);

    /// <summary>
    /// The same, for who only looks, and may look every other second: it is rendered once for each habitat that comes into force, which its
    /// templates are a part of. What can't be made is tried anew: it may hang on where we are reached.
    /// </summary>
    public DesiredReading Look(HabitatModel habitat, string? gateway, ProvisioningMode mode)
    {
        var known = seen;
        if (!ReferenceEquals(known.Habitat, habitat))
        {
            seen = known = new Seen(habitat);
        }

        if (known.Readings.TryGetValue((gateway, mode), out var there))
        {
            return there;
        }

        var reading = At(habitat, gateway, mode);
        if (reading.Problems.Count == 0)
        {
            known.Readings[(gateway, mode)] = reading;
        }

        return reading;
    }

    /// <summary>One agent, here or elsewhere, provisioned or not.</summary>
    /// <returns>Null: the habitat has none of that id.</returns>
    /// <exception cref="CreelException">It has it, and it can't be made as it says.</exception>
    public DesiredAgent? Find(AgentId agent)
    {
        var habitat = Habitat;
        var gateway = habitat.ForeignGateways.Values.FirstOrDefault(g => g.Agents.Any(a => a.Id == agent))?.Name;
        if (gateway is null && habitat.Find(agent) is null)
        {
            return null;
        }

        // Who looks on sees, of those in cells, only who is provisioned.
        var reading =
            gateway is not null || IsProvisioned(habitat, agent)
                ? Look(habitat, gateway, ProvisioningMode.Ours)
                : ports.Desired(habitat, gateway, ProvisioningMode.Ours);
        return reading.Problems.FirstOrDefault(p => p.Agent == agent) is { } problem
            ? throw new CreelException(problem.Fault)
            : reading.Agents.FirstOrDefault(a => a.Agent == agent);
    }

    /// <summary>The gateways: ours, where agents in cells are provisioned, and those elsewhere.</summary>
    /// <param name="named">Null: all.</param>
    /// <exception cref="CreelException">No habitat is up, or it names no such gateway.</exception>
    public IReadOnlyList<string?> Gateways(string? named)
    {
        var habitat = Habitat;
        if (named is not null)
        {
            return [habitat.ForeignGateway(named).Name];
        }

        string?[] here = habitat.Agents.Any(a => IsProvisioned(habitat, a.Id)) ? [null] : [];
        return [.. here, .. habitat.ForeignGateways.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The gateways at which an agent lives, or did; null among them: ours.</summary>
    /// <param name="named">Null: any.</param>
    /// <exception cref="CreelException">It lives at none of them.</exception>
    public async Task<IReadOnlyList<string?>> GatewaysAsync(string? named, AgentId agent, CancellationToken cancel)
    {
        var habitat = Habitat;
        var known = (await ports.Store.ListAsync(cancel)).Where(r => r.Agent == agent).Select(r => r.Gateway).ToHashSet();

        // Ours too where nobody is provisioned any more, and somebody was.
        string?[] ours = named is null && known.Contains(null) ? [null] : [];
        List<string?> found =
        [
            .. Gateways(named)
                .Union(ours)
                .Where(g =>
                    known.Contains(g)
                    || (g is null ? IsProvisioned(habitat, agent) : habitat.ForeignGateways[g].Agents.Any(a => a.Id == agent))
                ),
        ];
        return found.Count > 0
            ? found
            : throw new CreelException(
                Fault.NotFound(
                    "no-agent",
                    named is null
                        ? $"no agent '{agent}' lives at a gateway elsewhere, or has 'provision' here"
                        : $"no agent '{agent}' lives at {named}",
                    "See who does: creel provision status"
                )
            );
    }

    private static DesiredReading Here(HabitatModel habitat, DesiredReading all) =>
        new(
            [.. all.Agents.Where(a => IsProvisioned(habitat, a.Agent))],
            [.. all.Problems.Where(p => IsProvisioned(habitat, p.Agent))]
        );

    /// <summary>Of the agents in cells only those that say so: a workspace may be somebody's work.</summary>
    private static bool IsProvisioned(HabitatModel habitat, AgentId agent) =>
        habitat.Find(agent) is not null && habitat.Provisioning.Agents.ContainsKey(agent);

    /// <summary>What was rendered of one habitat.</summary>
    private sealed record Seen(HabitatModel? Habitat)
    {
        public ConcurrentDictionary<(string? Gateway, ProvisioningMode Mode), DesiredReading> Readings { get; } = [];
    }
}
