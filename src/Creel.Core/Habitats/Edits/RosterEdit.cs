using System.Text.Json.Nodes;

namespace Creel.Core.Habitats.Edits;

/// <summary>Agents added to a configuration and taken out of it.</summary>
public static class RosterEdit
{
    private const string Main = "main";

    /// <param name="root">The whole; changed.</param>
    /// <param name="entry">With its id.</param>
    /// <exception cref="CreelException">It is there already, or its id is none.</exception>
    public static void Add(JsonObject root, JsonObject entry)
    {
        var id = AgentId.Parse((string?)entry["id"]).Value;
        var agents = Under(root, "agents");
        if (Ids(root).Contains(id))
        {
            throw new CreelException(
                Fault.Conflict(
                    "agent-exists",
                    $"agent \"{id}\" already exists",
                    $"choose another id; or change that one: creel agent bind --agent {id}, or the habitat's file"
                )
            );
        }

        if (agents["entries"] is JsonObject entries)
        {
            var own = (JsonObject)entry.DeepClone();
            own.Remove("id");
            entries[id] = own;
            return;
        }

        if (agents["list"] is not JsonArray list)
        {
            list = id != Main && HasUnwritten(root) ? [new JsonObject { ["id"] = Main }] : [];
            agents["list"] = list;
        }

        list.Add(entry.DeepClone());
    }

    /// <summary>Who is there without a word of it must not be driven out by what is written next.</summary>
    /// <param name="root">The whole; changed where it has such an agent.</param>
    public static void WriteUnwritten(JsonObject root)
    {
        if (HasUnwritten(root))
        {
            Under(root, "agents")["list"] = new JsonArray(new JsonObject { ["id"] = Main });
        }
    }

    /// <summary>Sets keys of an agent; a null takes one out.</summary>
    /// <exception cref="CreelException">There is no such agent.</exception>
    public static void Set(JsonObject root, string id, JsonObject keys)
    {
        var agents = Under(root, "agents");
        var entry = agents["entries"] is JsonObject entries
            ? entries[id] as JsonObject
            : (agents["list"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(a => (string?)a["id"] == id);
        if (entry is null && HasUnwritten(root) && id == Main)
        {
            entry = new JsonObject { ["id"] = id };
            agents["list"] = new JsonArray(entry);
        }

        if (entry is null)
        {
            throw Nobody(id);
        }

        foreach (var (key, value) in keys)
        {
            if (value is null)
            {
                entry.Remove(key);
            }
            else
            {
                entry[key] = value.DeepClone();
            }
        }
    }

    /// <summary>With its bindings, and its leave to ask others.</summary>
    /// <exception cref="CreelException">There is no such agent.</exception>
    public static (int Bindings, int Allowed) Delete(JsonObject root, string id)
    {
        var agents = root["agents"] as JsonObject;
        var gone = agents?["entries"] is JsonObject entries
            ? entries.Remove(id)
            : agents?["list"] is JsonArray list
                && list.OfType<JsonObject>().FirstOrDefault(a => (string?)a["id"] == id) is { } entry
                && list.Remove(entry);
        if (!gone)
        {
            throw Nobody(id);
        }

        var bindings = BindingEdit.Remove(root, id, null).Removed.Count;
        var allowed = 0;
        if (root["tools"]?["agentToAgent"]?["allow"] is JsonArray allow)
        {
            allowed = AgentToAgent.Forget(root, allow, id);
        }

        return (bindings, allowed);
    }

    public static IEnumerable<string> Ids(JsonObject root) =>
        root["agents"] switch
        {
            JsonObject agents when agents["entries"] is JsonObject entries => entries.Select(e => e.Key),
            JsonObject agents when agents["list"] is JsonArray list => list.OfType<JsonObject>()
                .Select(a => (string?)a["id"] ?? ""),
            _ => HasUnwritten(root) ? [Main] : [],
        };

    /// <summary>A configuration without a roster, and without gateways elsewhere, has one agent.</summary>
    private static bool HasUnwritten(JsonObject root) =>
        root["gateways"] is null
        && (root["agents"] as JsonObject)?["list"] is null
        && (root["agents"] as JsonObject)?["entries"] is null;

    private static JsonObject Under(JsonObject root, string key)
    {
        if (root[key] is not JsonObject there)
        {
            root[key] = there = [];
        }

        return there;
    }

    private static CreelException Nobody(string id) =>
        new(Fault.NotFound("agent", $"agent {Slug.Quote(id)} not found", "See them: creel agent list."));
}
