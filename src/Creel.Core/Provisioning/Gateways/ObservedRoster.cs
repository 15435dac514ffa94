using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>A gateway's configuration, as it answers <c>config.get</c> with it, and the agents in it.</summary>
public sealed class ObservedRoster
{
    private readonly JsonElement answer;

    /// <param name="protocol">Decides the shape where the configuration names no agents yet.</param>
    /// <exception cref="CreelException">It is no configuration, or names more agents than are taken.</exception>
    public ObservedRoster(JsonElement answer, int protocol)
    {
        this.answer = answer;
        Config = Checked(Truthy(Written) ?? Truthy(Whole));
        Shape = RosterShapes.Of(Config, protocol);
        Agents = Read(Payloads.Member(Config, "agents"), Shape);
    }

    /// <summary>As it is written in the gateway's file; what holds beside it is not ours to write down.</summary>
    public JsonElement Config { get; }

    /// <summary>As the first of its kind read it: what holds, and what is written only where nothing does.</summary>
    /// <exception cref="CreelException">It is no configuration.</exception>
    public JsonElement SeedConfig =>
        answer.ValueKind == JsonValueKind.Object
            ? Checked(Truthy(Whole) ?? Truthy(Written))
            : throw Odd("config.get returned invalid payload");

    /// <summary>Its list of agents, as the first of its kind read it; null: none.</summary>
    /// <exception cref="CreelException">It is no configuration, or that is no list.</exception>
    public JsonElement? SeedList =>
        Truthy(Payloads.Member(Payloads.Member(SeedConfig, "agents"), "list")) switch
        {
            { ValueKind: not JsonValueKind.Array } => throw Odd("config agents.list is not a list"),
            var list => list,
        };

    /// <summary>Of what was read; null: it said none.</summary>
    public string? Hash => Payloads.Text(answer, "hash") is { Length: > 0 } hash ? hash : null;

    public RosterShape Shape { get; }

    /// <summary>By id; of two of one id the first.</summary>
    public IReadOnlyDictionary<string, JsonElement> Agents { get; }

    /// <summary>Whether any agent has a heartbeat of its own. Until then the default agent has that of all.</summary>
    public bool HasHeartbeats => Agents.Values.Any(a => Payloads.Member(a, "heartbeat").ValueKind == JsonValueKind.Object);

    /// <summary>Of the OpenClaw that wrote it last.</summary>
    public string? LastTouchedVersion => Payloads.Text(Payloads.Member(Config, "meta"), "lastTouchedVersion");

    /// <summary>Whether it would be written so that these are as said.</summary>
    public bool WouldChange(IReadOnlyList<HeartbeatEntry> entries) => HeartbeatPatch.Of(this, entries, null) is not null;

    private JsonElement Written => Payloads.Member(answer, "parsed");

    private JsonElement Whole => Payloads.Member(answer, "config");

    private static JsonElement Checked(JsonElement? config) =>
        (config ?? default) is { ValueKind: JsonValueKind.Object or JsonValueKind.Undefined } sound
            ? sound
            : throw Odd("config.get returned invalid config");

    private static Dictionary<string, JsonElement> Read(JsonElement agents, RosterShape shape)
    {
        var (entries, list) = (Payloads.Member(agents, "entries"), Payloads.Member(agents, "list"));
        GatewayBounds.CheckAgents(Payloads.Count(shape == RosterShape.Entries ? entries : list));
        var all =
            shape == RosterShape.Entries && entries.ValueKind == JsonValueKind.Object
                ? entries.EnumerateObject().Select(p => (Id: p.Name, p.Value))
            : list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(a => (Id: Payloads.Text(a, "id") ?? "", Value: a))
            : [];
        return all.Where(a => a.Id.Length > 0)
            .DistinctBy(a => a.Id)
            .ToDictionary(a => a.Id, a => a.Value, StringComparer.Ordinal);
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

    private static CreelException Odd(string message) =>
        new(Fault.Invalid("gateway-config", message, "Look at the gateway's openclaw.json."));
}
