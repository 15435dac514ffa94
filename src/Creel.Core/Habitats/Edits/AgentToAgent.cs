using System.Text.Json.Nodes;

namespace Creel.Core.Habitats.Edits;

/// <summary>What goes from <c>tools.agentToAgent</c> with an agent.</summary>
internal static class AgentToAgent
{
    /// <summary>A list that named somebody and names nobody any more would let all agents through where OpenClaw reads it: it is switched off.</summary>
    /// <param name="allow">Its <c>allow</c>.</param>
    /// <returns>How often the agent was named.</returns>
    public static int Forget(JsonObject root, JsonArray allow, string agent)
    {
        var gone = allow.Where(n => n is JsonValue v && v.TryGetValue<string>(out var text) && text == agent).ToList();
        gone.ForEach(name => allow.Remove(name));
        if (gone.Count > 0 && allow.Count == 0)
        {
            root["tools"]!["agentToAgent"]!["enabled"] = false;
        }

        return gone.Count;
    }
}
