using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Core.Provisioning;

/// <summary>When an agent looks after its work by itself, and what of that channels see.</summary>
public static class Heartbeats
{
    private static readonly (string Key, bool Usual)[] Seen = [("showOk", false), ("showAlerts", true), ("useIndicator", true)];

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

    /// <summary>What a configuration's <c>channels</c> lacks; null: nothing.</summary>
    public static JsonObject? ChannelsPatch(JsonObject config)
    {
        var there = (config["channels"] as JsonObject)?["defaults"] is JsonObject defaults
            ? defaults["heartbeat"] as JsonObject
            : null;
        var heartbeat = there?.DeepClone().AsObject() ?? [];
        var missing = Seen.Where(s => !heartbeat.ContainsKey(s.Key)).ToList();
        foreach (var (key, usual) in missing)
        {
            heartbeat[key] = usual;
        }

        return missing.Count == 0 ? null : new JsonObject { ["defaults"] = new JsonObject { ["heartbeat"] = heartbeat } };
    }

    /// <summary>
    /// A configuration's list of agents with these workspaces and heartbeats in it; entries of others, and all other keys, stay as they are.
    /// </summary>
    public static JsonArray AgentList(JsonArray list, IReadOnlyList<(string Id, string Workspace, JsonObject Heartbeat)> entries)
    {
        // The last one of an id holds, at the place of the first.
        var wanted = new Dictionary<string, (string Workspace, JsonObject Heartbeat)>(StringComparer.Ordinal);
        foreach (var (id, workspace, heartbeat) in entries)
        {
            wanted[id] = (workspace, heartbeat);
        }

        var updated = new HashSet<string>(StringComparer.Ordinal);
        var result = new JsonArray();
        foreach (var entry in list)
        {
            var copy = entry?.DeepClone();
            if (copy is JsonObject own && Payloads.Text(own["id"]) is { } id && wanted.TryGetValue(id, out var said))
            {
                own["workspace"] = said.Workspace;
                own["heartbeat"] = said.Heartbeat.DeepClone();
                updated.Add(id);
            }

            result.Add(copy);
        }

        foreach (var id in entries.Select(e => e.Id).Distinct().Where(id => !updated.Contains(id)))
        {
            result.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["id"] = id,
                        ["workspace"] = wanted[id].Workspace,
                        ["heartbeat"] = wanted[id].Heartbeat.DeepClone(),
                    }
            );
        }

        return result;
    }
}
