using System.Text.Json.Nodes;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>From the habitat to what each agent at a gateway is to be.</summary>
public static class DesiredAgents
{
    /// <param name="gateway">Its name; null: ours.</param>
    /// <param name="ownUrl">
    /// Where programs on this machine reach the agents' API: what agents of a gateway on this machine are told, where it has no
    /// <c>baseUrl</c>. Null: not known.
    /// </param>
    /// <param name="renderer">In the same mode; it is given the templates of <see cref="ProvisioningModel.Templates"/>.</param>
    /// <exception cref="CreelException">There is no gateway of that name.</exception>
    public static DesiredReading Of(
        HabitatModel habitat,
        string? gateway,
        ProvisioningMode mode,
        string? ownUrl,
        FileRenderer renderer
    )
    {
        if (gateway is null)
        {
            var heartbeats = Heartbeats(habitat);
            var files = new AgentFiles(habitat.Provisioning, renderer);
            return Each(habitat.Agents, a => a.Id, a => Here(habitat.Provisioning, a, files, heartbeats));
        }

        var there = habitat.ForeignGateway(gateway);
        var elsewhere = new DesiredElsewhere(habitat.Provisioning, there, mode, ownUrl, renderer);
        return Each(there.Agents, a => a.Id, elsewhere.Of);
    }

    /// <summary>Files of one agent, here or elsewhere, also where its gateway's are left as they are.</summary>
    /// <param name="names">Those that are wanted; what has no template is left out.</param>
    /// <exception cref="CreelException">There is no such agent, or a file of it can't be made.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Files(
        HabitatModel habitat,
        AgentId agent,
        IReadOnlyList<string> names,
        string? ownUrl,
        FileRenderer renderer
    )
    {
        if (habitat.Find(agent) is { } here)
        {
            return new AgentFiles(habitat.Provisioning, renderer).Render(here, names);
        }

        foreach (var gateway in habitat.ForeignGateways.Values)
        {
            if (gateway.Agents.FirstOrDefault(a => a.Id == agent) is { } there)
            {
                return new DesiredElsewhere(habitat.Provisioning, gateway, ProvisioningMode.Ours, ownUrl, renderer).Files(
                    there,
                    names
                );
            }
        }

        throw new CreelException(Fault.NotFound("agent", $"there is no agent '{agent}' in the habitat", "see: creel agent list"));
    }

    /// <summary>One that fails does not hide the others.</summary>
    private static DesiredReading Each<T>(IEnumerable<T> agents, Func<T, AgentId> id, Func<T, DesiredAgent> make)
    {
        var (made, problems) = (new List<DesiredAgent>(), new List<DesiredProblem>());
        var names = new Dictionary<string, AgentId>(StringComparer.Ordinal);
        foreach (var agent in agents.OrderBy(a => a is GatewayAgentModel { IsMain: true }).ThenBy(id))
        {
            try
            {
                var one = make(agent);
                made.Add(names.TryAdd(one.Registration.Id, one.Agent) ? one : throw Alike(one, names[one.Registration.Id]));
            }
            catch (CreelException e)
            {
                problems.Add(new DesiredProblem(id(agent), e.Fault));
            }
        }

        return new DesiredReading(made, problems);
    }

    /// <summary>As the original names agents, two of one name are one.</summary>
    private static CreelException Alike(DesiredAgent agent, AgentId other) =>
        new(
            Fault.Conflict(
                "agent-alike",
                $"it would be '{agent.Registration.Id}' at its gateway, and so would {other}",
                "Give one of them another name."
            )
        );

    /// <summary>Its registration is what the habitat says already; an empty workspace is one of Creel's own.</summary>
    private static DesiredAgent Here(
        ProvisioningModel provisioning,
        AgentModel agent,
        AgentFiles files,
        Dictionary<string, JsonObject> heartbeats
    ) =>
        new()
        {
            Agent = agent.Id,
            Gateway = null,
            Kind = provisioning.KindOf(agent.Id),
            Registration = new AgentRegistration(
                agent.Id.Value,
                agent.Name,
                agent.Workspace ?? "",
                heartbeats.GetValueOrDefault(agent.Id.Value) ?? []
            ),
            Session = AgentFiles.Session(agent.Id),
            Files = files.Render(agent, FileRules.Usual),
        };

    /// <summary>As the habitat's own agents say them.</summary>
    private static Dictionary<string, JsonObject> Heartbeats(HabitatModel habitat) =>
        habitat.Sections.TryGetValue("agents", out var section)
        && (JsonNode.Parse(section) as JsonObject)?["list"] is JsonArray list
            ? list.OfType<JsonObject>()
                .Where(a => a["heartbeat"] is JsonObject)
                .ToDictionary(a => (string)a["id"]!, a => (JsonObject)a["heartbeat"]!.DeepClone(), StringComparer.Ordinal)
            : [];
}
