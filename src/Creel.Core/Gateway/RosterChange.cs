using System.Text.Json.Nodes;
using Creel.Core.Habitats.Edits;
using Creel.Core.Routing;

namespace Creel.Core.Gateway;

/// <summary>What becomes of a configuration when a client adds, changes or takes out an agent.</summary>
public static class RosterChange
{
    /// <param name="whole">The configuration, a JSON object.</param>
    /// <exception cref="GatewayException">There is an agent of that id.</exception>
    public static string Add(string whole, RosterEntry entry)
    {
        var (root, list) = Read(whole);
        if (Find(list, entry.Agent) is not null)
        {
            throw GatewayException.Invalid($"agent \"{entry.Agent}\" already exists");
        }

        if (list.Count == 0 && entry.Agent.Value != RoutingText.MainAgent)
        {
            // The one that was there without being written: it stays the default.
            list.Add((JsonNode)new JsonObject { ["id"] = RoutingText.MainAgent });
        }

        list.Add((JsonNode)Put(new JsonObject { ["id"] = entry.Agent.Value }, entry));
        return root.ToJsonString();
    }

    /// <exception cref="GatewayException">There is no such agent.</exception>
    public static string Update(string whole, RosterEntry entry)
    {
        var (root, list) = Read(whole);
        Put(Find(list, entry.Agent) ?? throw Missing(entry.Agent), entry);
        return root.ToJsonString();
    }

    /// <param name="bindings">How many led to it, and are gone too.</param>
    /// <exception cref="GatewayException">There is no such agent.</exception>
    public static string Remove(string whole, AgentId agent, out int bindings)
    {
        var (root, list) = Read(whole);
        list.Remove(Find(list, agent) ?? throw Missing(agent));
        bindings = 0;
        if (root["bindings"] is JsonArray rules)
        {
            var its = rules.Where(r => RoutingText.Agent(Text(r, "agentId")) == agent.Value).ToList();
            bindings = its.Count;
            its.ForEach(r => rules.Remove(r));
        }

        if (root["tools"]?["agentToAgent"]?["allow"] is JsonArray allowed)
        {
            AgentToAgent.Forget(root, allowed, agent.Value);
        }

        return root.ToJsonString();
    }

    private static (JsonObject Root, JsonArray List) Read(string whole)
    {
        var root = JsonNode.Parse(whole)!.AsObject();
        var agents = root["agents"] as JsonObject ?? [];
        root["agents"] ??= agents;
        var list = agents["list"] as JsonArray ?? [];
        agents["list"] ??= list;
        return (root, list);
    }

    private static JsonObject? Find(JsonArray list, AgentId agent) =>
        list.OfType<JsonObject>().FirstOrDefault(a => RoutingText.Agent(Text(a, "id")) == agent.Value);

    private static JsonObject Put(JsonObject agent, RosterEntry entry)
    {
        Set(agent, "name", entry.Name);
        Set(agent, "workspace", entry.Workspace);
        Set(agent, "model", entry.Model);
        if (entry.Emoji is not null || entry.Avatar is not null)
        {
            var identity = agent["identity"] as JsonObject ?? [];
            agent["identity"] ??= identity;
            Set(identity, "emoji", entry.Emoji);
            Set(identity, "avatar", entry.Avatar);
        }

        return agent;
    }

    private static void Set(JsonObject json, string key, string? value)
    {
        if (value is not null)
        {
            json[key] = value;
        }
    }

    private static string Text(JsonNode? node, string key) =>
        node is JsonObject json && json[key] is JsonValue value ? value.ToString() : "";

    private static GatewayException Missing(AgentId agent) => GatewayException.Invalid($"agent \"{agent}\" not found");
}
