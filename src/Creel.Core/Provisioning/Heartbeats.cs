using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Core.Provisioning;

/// <summary>When an agent looks after its work by itself.</summary>
public static class Heartbeats
{
    /// <summary>What the agent says, over what is usual.</summary>
    public static JsonObject Of(JsonElement? said)
    {
        var heartbeat = new JsonObject
        {
            ["every"] = "10m",
            ["target"] = "none",
            ["includeReasoning"] = false,
        };
        if (said is { ValueKind: JsonValueKind.Object } own)
        {
            foreach (var member in own.EnumerateObject())
            {
                heartbeat[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }

        return heartbeat;
    }
}
