using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>What is to be said of one agent, so that its entry in a configuration becomes what it is to be: its name, its place, its heartbeat.</summary>
public static class EntryChange
{
    /// <summary>Keys of a heartbeat that the newer dialect does not know: a patch that names one is refused as a whole.</summary>
    private static readonly HashSet<string> Older = ["includeReasoning", "ackMaxChars", "suppressToolErrorWarnings"];

    /// <summary>Whether an agent's entry, as the configuration has it, is another than it is to be.</summary>
    public static bool Differs(JsonElement known, HeartbeatEntry wanted, RosterShape shape) => Of(known, wanted, shape).Count > 0;

    /// <returns>A part of a patch, which is merged into what is there; empty: nothing.</returns>
    public static JsonObject Of(JsonElement known, HeartbeatEntry wanted, RosterShape shape)
    {
        var change = new JsonObject();
        if (wanted.Name is { } name && Payloads.Text(known, "name") != name)
        {
            change["name"] = name;
            if (shape == RosterShape.Entries)
            {
                change["identity"] = new JsonObject { ["name"] = name };
            }
        }

        if (Payloads.Text(known, "workspace") != wanted.Workspace)
        {
            change["workspace"] = wanted.Workspace;
        }

        var there = Payloads.Member(known, "heartbeat");
        var heartbeat = Heartbeat(there, wanted, shape);
        if (heartbeat.Count > 0 || there.ValueKind != JsonValueKind.Object)
        {
            change["heartbeat"] = heartbeat;
        }

        return change;
    }

    private static JsonObject Heartbeat(JsonElement there, HeartbeatEntry wanted, RosterShape shape)
    {
        var said = wanted
            .Heartbeat.Where(h => shape == RosterShape.List || !Older.Contains(h.Key))
            .ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal);
        var wants = JsonElement.Parse(wanted.Heartbeat.ToJsonString());
        var change = new JsonObject();
        foreach (var (key, value) in said)
        {
            if (!SameJson.Are(Payloads.Member(there, key), Payloads.Member(wants, key)))
            {
                change[key] = value?.DeepClone();
            }
        }

        if (there.ValueKind == JsonValueKind.Object)
        {
            foreach (var gone in there.EnumerateObject().Where(p => !said.ContainsKey(p.Name)))
            {
                // What shall not be there any more is said.
                change[gone.Name] = null;
            }
        }

        return change;
    }
}
