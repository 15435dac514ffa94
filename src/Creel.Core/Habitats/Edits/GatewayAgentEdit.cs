using System.Text.Json.Nodes;

namespace Creel.Core.Habitats.Edits;

/// <summary>Agents at gateways elsewhere, added to a configuration and taken out of it.</summary>
public static class GatewayAgentEdit
{
    /// <summary>Writes a gateway, or these keys of one that is there.</summary>
    /// <param name="root">The whole; changed.</param>
    public static void SetGateway(JsonObject root, string gateway, JsonObject keys)
    {
        // The first section of gateways is no reason for the agent to go that nobody wrote.
        RosterEdit.WriteUnwritten(root);
        if (root["gateways"] is not JsonObject all)
        {
            root["gateways"] = all = [];
        }

        if (all[gateway] is not JsonObject there)
        {
            all[gateway] = there = [];
        }

        foreach (var (key, value) in keys)
        {
            there[key] = value?.DeepClone();
        }
    }

    /// <param name="root">The whole; changed.</param>
    /// <exception cref="CreelException">It is there already, or there is no such gateway.</exception>
    public static void Add(JsonObject root, string gateway, string id, JsonObject entry)
    {
        var gateways = root["gateways"] as JsonObject;
        var there =
            gateways?[gateway] as JsonObject ?? throw ForeignGatewayModel.Missing(gateway, gateways?.Select(g => g.Key) ?? []);
        if (there["agents"] is not JsonObject agents)
        {
            there["agents"] = agents = [];
        }

        if (agents.ContainsKey(id))
        {
            throw new CreelException(
                Fault.Conflict("agent-exists", $"{gateway} has an agent '{id}' already", "Choose another id.")
            );
        }

        agents[id] = entry.DeepClone();
    }

    /// <summary>With what says that it leads a board.</summary>
    /// <returns>The boards that it led.</returns>
    /// <exception cref="CreelException">It is not there.</exception>
    public static IReadOnlyList<string> Remove(JsonObject root, string gateway, string id)
    {
        if (((root["gateways"] as JsonObject)?[gateway] as JsonObject)?["agents"] is not JsonObject agents || !agents.Remove(id))
        {
            throw new CreelException(
                Fault.NotFound("agent", $"{gateway} has no agent {Slug.Quote(id)}", "See them: creel agent list.")
            );
        }

        return ForgetLead(root, id);
    }

    /// <summary>With the agents that the habitat has there, and what says that they lead a board.</summary>
    public static void RemoveGateway(JsonObject root, string gateway, IEnumerable<string> agents)
    {
        (root["gateways"] as JsonObject)?.Remove(gateway);
        foreach (var id in agents)
        {
            ForgetLead(root, id);
        }
    }

    private static IReadOnlyList<string> ForgetLead(JsonObject root, string id)
    {
        var led = (root["boards"] as JsonObject ?? [])
            .Where(b => b.Value is JsonObject board && board["lead"]?.ToJsonString() == $"\"{id}\"")
            .ToList();
        led.ForEach(b => ((JsonObject)b.Value!).Remove("lead"));
        return [.. led.Select(b => b.Key)];
    }
}
