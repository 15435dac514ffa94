using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>The one change of a gateway's configuration that gives agents their names, places and heartbeats.</summary>
/// <param name="Raw">JSON text.</param>
/// <param name="BaseHash">That of the configuration which was read; null: it said none.</param>
public sealed record HeartbeatPatch(string Raw, string? BaseHash)
{
    /// <summary>What a channel shows of a heartbeat that had nothing to say.</summary>
    private static readonly (string Key, bool Value)[] Visibility =
    [
        ("showOk", false),
        ("showAlerts", true),
        ("useIndicator", true),
    ];

    /// <param name="entries">As they are to be.</param>
    /// <param name="defaultAgent">Whose heartbeat would end when another gets one of its own, unless it gets its own too.</param>
    /// <returns>Null: it says all that already.</returns>
    public static HeartbeatPatch? Of(ObservedRoster roster, IReadOnlyList<HeartbeatEntry> entries, string? defaultAgent)
    {
        var changes = entries
            .Select(e => (e.Id, Change: EntryChange.Of(roster.Agents.GetValueOrDefault(e.Id), e, roster.Shape)))
            .Where(c => c.Change.Count > 0);
        var changed = changes.DistinctBy(c => c.Id).ToList();
        if (changed.Count > 0 && Overlooked(roster, entries, defaultAgent) is { } left)
        {
            changed.Add((left, new JsonObject { ["heartbeat"] = new JsonObject() }));
        }

        var patch = new JsonObject();
        if (changed.Count > 0)
        {
            patch["agents"] = roster.Shape == RosterShape.Entries ? Entries(changed) : List(changed);
        }

        if (roster.Shape == RosterShape.List && entries.Count > 0 && Channels(roster.Config) is { } channels)
        {
            patch["channels"] = channels;
        }

        return patch.Count == 0 ? null : new HeartbeatPatch(patch.ToJsonString(), roster.Hash);
    }

    /// <summary>As the first of its kind wrote it: always, the whole list, and that of the older dialect.</summary>
    /// <exception cref="CreelException">The configuration has no such shape.</exception>
    public static HeartbeatPatch Seed(ObservedRoster roster, IReadOnlyList<HeartbeatEntry> entries)
    {
        var patch = new JsonObject { ["agents"] = new JsonObject { ["list"] = Whole(roster.SeedList, entries) } };
        if (Channels(roster.SeedConfig) is { } channels)
        {
            patch["channels"] = channels;
        }

        return new HeartbeatPatch(patch.ToJsonString(), roster.Hash);
    }

    /// <summary>What is missing of <c>channels.defaults.heartbeat</c>, as a part of a patch; null: nothing.</summary>
    public static JsonObject? Channels(JsonElement config)
    {
        var there = Payloads.Member(Payloads.Member(Payloads.Member(config, "channels"), "defaults"), "heartbeat");
        var heartbeat = there.ValueKind == JsonValueKind.Object ? JsonObject.Create(there)! : [];
        var missing = Visibility.Where(v => !heartbeat.ContainsKey(v.Key)).ToList();
        if (missing.Count == 0)
        {
            return null;
        }

        missing.ForEach(v => heartbeat[v.Key] = v.Value);
        return new JsonObject { ["defaults"] = new JsonObject { ["heartbeat"] = heartbeat } };
    }

    /// <summary>While no agent has a heartbeat of its own, the default agent has that of all; the first of its own ends it.</summary>
    private static string? Overlooked(ObservedRoster roster, IReadOnlyList<HeartbeatEntry> entries, string? defaultAgent)
    {
        var known = defaultAgent is not null && (roster.Agents.ContainsKey(defaultAgent) || roster.Shape == RosterShape.List);
        return !roster.HasHeartbeats && known && entries.All(e => e.Id != defaultAgent) ? defaultAgent : null;
    }

    private static JsonObject Entries(IEnumerable<(string Id, JsonObject Change)> changes) =>
        new() { ["entries"] = new JsonObject(changes.Select(c => KeyValuePair.Create(c.Id, (JsonNode?)c.Change))) };

    private static JsonObject List(IEnumerable<(string Id, JsonObject Change)> changes)
    {
        var list = new JsonArray();
        foreach (var (id, change) in changes)
        {
            var entry = new JsonObject { ["id"] = id };
            foreach (var (key, value) in change)
            {
                entry[key] = value?.DeepClone();
            }

            list.Add((JsonNode)entry);
        }

        return new JsonObject { ["list"] = list };
    }

    private static JsonArray Whole(JsonElement? list, IReadOnlyList<HeartbeatEntry> entries)
    {
        var (whole, seen) = (new JsonArray(), new HashSet<string>());
        var wanted = new Dictionary<string, HeartbeatEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            wanted[entry.Id] = entry;
        }

        foreach (var item in list?.EnumerateArray() ?? default)
        {
            var node = Payloads.Node(item);
            if (node is JsonObject agent && Payloads.Text(item, "id") is { } id && wanted.TryGetValue(id, out var entry))
            {
                agent["workspace"] = entry.Workspace;
                agent["heartbeat"] = entry.Heartbeat.DeepClone();
                seen.Add(id);
            }

            whole.Add(node);
        }

        foreach (var entry in wanted.Values.Where(e => !seen.Contains(e.Id)))
        {
            whole.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["id"] = entry.Id,
                        ["workspace"] = entry.Workspace,
                        ["heartbeat"] = entry.Heartbeat.DeepClone(),
                    }
            );
        }

        return whole;
    }
}
