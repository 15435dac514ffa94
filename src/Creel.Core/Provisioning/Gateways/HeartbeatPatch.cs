using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>The one change of a gateway's configuration that gives agents their place and heartbeat.</summary>
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

    /// <summary>Keys of a heartbeat that the newer dialect does not know: a patch that names one is refused as a whole.</summary>
    private static readonly HashSet<string> Older = ["includeReasoning", "ackMaxChars", "suppressToolErrorWarnings"];

    /// <param name="answer">Of <c>config.get</c>.</param>
    /// <param name="entries">As they are to be.</param>
    /// <param name="defaultAgent">Whose heartbeat would end when another gets one of its own, unless it gets its own too.</param>
    /// <returns>Null: it says all that already.</returns>
    public static HeartbeatPatch? Of(
        JsonElement answer,
        IReadOnlyList<HeartbeatEntry> entries,
        int protocol,
        string? defaultAgent
    )
    {
        var config = Config(answer);
        var shape = RosterShapes.Of(config, protocol);
        var roster = Roster(config, shape);
        var changes = entries
            .Select(e => (e.Id, Change: Change(roster.GetValueOrDefault(e.Id), e, shape)))
            .Where(c => c.Change.Count > 0);
        var changed = changes.DistinctBy(c => c.Id).ToList();
        if (changed.Count > 0 && Overlooked(roster, entries, shape, defaultAgent) is { } left)
        {
            changed.Add((left, new JsonObject { ["heartbeat"] = new JsonObject() }));
        }

        var patch = new JsonObject();
        if (changed.Count > 0)
        {
            patch["agents"] = shape == RosterShape.Entries ? Entries(changed) : List(changed);
        }

        if (shape == RosterShape.List && entries.Count > 0 && Channels(config) is { } channels)
        {
            patch["channels"] = channels;
        }

        return patch.Count == 0 ? null : new HeartbeatPatch(patch.ToJsonString(), Hash(answer));
    }

    /// <summary>As the first of its kind wrote it: always, the whole list, and that of the older dialect.</summary>
    /// <exception cref="CreelException">The configuration has no such shape.</exception>
    public static HeartbeatPatch Seed(JsonElement answer, IReadOnlyList<HeartbeatEntry> entries)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            throw Odd("config.get returned invalid payload");
        }

        var config = Config(answer, seed: true);
        var list = Truthy(Payloads.Member(Payloads.Member(config, "agents"), "list"));
        if (list is { ValueKind: not JsonValueKind.Array })
        {
            throw Odd("config agents.list is not a list");
        }

        var patch = new JsonObject { ["agents"] = new JsonObject { ["list"] = Whole(list, entries) } };
        if (Channels(config) is { } channels)
        {
            patch["channels"] = channels;
        }

        return new HeartbeatPatch(patch.ToJsonString(), Hash(answer));
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

    /// <summary>The roster as a configuration has it, by id; of two of one id the first.</summary>
    /// <exception cref="CreelException">It names more than are taken.</exception>
    public static IReadOnlyDictionary<string, JsonElement> Roster(JsonElement config, RosterShape shape)
    {
        var agents = Payloads.Member(config, "agents");
        GatewayBounds.CheckAgents(Payloads.Count(Payloads.Member(agents, shape == RosterShape.Entries ? "entries" : "list")));
        var all =
            shape == RosterShape.Entries && Payloads.Member(agents, "entries") is { ValueKind: JsonValueKind.Object } entries
                ? entries.EnumerateObject().Select(p => (Id: p.Name, p.Value))
            : Payloads.Member(agents, "list") is { ValueKind: JsonValueKind.Array } list
                ? list.EnumerateArray().Select(a => (Id: Payloads.Text(a, "id") ?? "", Value: a))
            : [];
        return all.Where(a => a.Id.Length > 0)
            .DistinctBy(a => a.Id)
            .ToDictionary(a => a.Id, a => a.Value, StringComparer.Ordinal);
    }

    /// <summary>The configuration as it is written in the gateway's file; what holds beside it is not ours to write down.</summary>
    public static JsonElement Config(JsonElement answer) => Config(answer, seed: false);

    private static JsonElement Config(JsonElement answer, bool seed)
    {
        var (written, whole) = (Payloads.Member(answer, "parsed"), Payloads.Member(answer, "config"));
        var config = (seed ? Truthy(whole) ?? Truthy(written) : Truthy(written) ?? Truthy(whole)) ?? default;
        return config.ValueKind is JsonValueKind.Object or JsonValueKind.Undefined
            ? config
            : throw Odd("config.get returned invalid config");
    }

    /// <summary>Whether an agent's entry, as the configuration has it, is another than it is to be.</summary>
    public static bool Differs(JsonElement known, HeartbeatEntry wanted, RosterShape shape) =>
        Change(known, wanted, shape).Count > 0;

    private static JsonObject Change(JsonElement known, HeartbeatEntry wanted, RosterShape shape)
    {
        var said = wanted
            .Heartbeat.Where(h => shape == RosterShape.List || !Older.Contains(h.Key))
            .ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal);
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
        var heartbeat = new JsonObject();
        foreach (var (key, value) in said)
        {
            if (!JsonNode.DeepEquals(Node(Payloads.Member(there, key)), value))
            {
                heartbeat[key] = value?.DeepClone();
            }
        }

        if (there.ValueKind == JsonValueKind.Object)
        {
            foreach (var gone in there.EnumerateObject().Where(p => !said.ContainsKey(p.Name)))
            {
                // A patch is merged into what is there: what shall not be there any more is said.
                heartbeat[gone.Name] = null;
            }
        }

        if (heartbeat.Count > 0 || there.ValueKind != JsonValueKind.Object)
        {
            change["heartbeat"] = heartbeat;
        }

        return change;
    }

    /// <summary>While no agent has a heartbeat of its own, the default agent has that of all; the first of its own ends it.</summary>
    private static string? Overlooked(
        IReadOnlyDictionary<string, JsonElement> roster,
        IReadOnlyList<HeartbeatEntry> entries,
        RosterShape shape,
        string? defaultAgent
    )
    {
        var own = roster.Values.Any(a => Payloads.Member(a, "heartbeat").ValueKind == JsonValueKind.Object);
        var known = defaultAgent is not null && (roster.ContainsKey(defaultAgent) || shape == RosterShape.List);
        return !own && known && entries.All(e => e.Id != defaultAgent) ? defaultAgent : null;
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
            var node = Node(item);
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

    /// <summary>What Python takes for something: neither null nor empty nor nought.</summary>
    private static JsonElement? Truthy(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => null,
            JsonValueKind.String => value.GetString()!.Length > 0 ? value : null,
            JsonValueKind.Array => value.GetArrayLength() > 0 ? value : null,
            JsonValueKind.Object => value.EnumerateObject().Any() ? value : null,
            JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0 ? null : value,
            _ => value,
        };

    private static string? Hash(JsonElement answer) => Payloads.Text(answer, "hash") is { Length: > 0 } hash ? hash : null;

    private static JsonNode? Node(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => JsonObject.Create(value),
            JsonValueKind.Array => JsonArray.Create(value),
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            _ => JsonValue.Create(value),
        };

    private static CreelException Odd(string message) =>
        new(Fault.Invalid("gateway-config", message, "Look at the gateway's openclaw.json."));
}
