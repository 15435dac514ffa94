using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>Which agents of a gateway a habitat takes up as they are.</summary>
/// <param name="New">By the id that they get here, as entries of <c>gateways.NAME.agents</c>.</param>
/// <param name="Known">Ids at the gateway of those that the habitat has already.</param>
/// <param name="Told">What could not be taken up, or not as a whole.</param>
public sealed partial record Adoption(
    IReadOnlyList<KeyValuePair<string, JsonObject>> New,
    IReadOnlyList<string> Known,
    IReadOnlyList<AdoptionNote> Told
)
{
    private const int LongestText = 1024;
    private const int LongestHeartbeat = 16 * 1024;

    /// <summary>Characters of all that is taken up at once: a habitat is read by a person too.</summary>
    private const int Most = 1024 * 1024;

    /// <param name="found">What the gateway says: none of it is believed to be right.</param>
    /// <param name="only">Ids at the gateway; empty: all.</param>
    /// <param name="under">Another id for the one that is named; null: the same.</param>
    /// <exception cref="CreelException">One that is named is not there, the other id is none or is taken, or it is too much at once.</exception>
    public static Adoption Of(
        HabitatModel habitat,
        ForeignGatewayModel gateway,
        IReadOnlyList<FoundAgent> found,
        IReadOnlyList<string> only,
        AgentId? under
    )
    {
        foreach (var id in only.Where(id => found.All(f => f.Id != id)))
        {
            var hint = Spelling.Hint(id, found.Select(f => f.Id).Where(PlainLine.IsSeen));
            throw new CreelException(
                Fault.NotFound(
                    "gateway-agent",
                    $"{gateway.Name} has no agent {Slug.Quote(id)}{hint}",
                    $"See who is there: creel agent import --gateway {gateway.Name} --plan"
                )
            );
        }

        var ours = gateway.Agents.Select(ProvisionedSheet.Registered).ToHashSet(StringComparer.Ordinal);
        var taken = Taken(habitat);
        var (made, known, told) = (new List<KeyValuePair<string, JsonObject>>(), new List<string>(), new List<AdoptionNote>());
        foreach (var agent in found.Where(f => only.Count == 0 || only.Contains(f.Id)))
        {
            if (ours.Contains(agent.Id))
            {
                known.Add(agent.Id);
            }
            else if (Refusal(agent, gateway, taken, under) is { } note)
            {
                told.Add(note);
            }
            else
            {
                var id = under?.Value ?? agent.Id;
                made.Add(new(id, Entry(agent, id, told)));
                taken[id] = gateway.Name;
            }
        }

        return made.Sum(m => m.Key.Length + m.Value.ToJsonString().Length) <= Most
            ? new Adoption(made, known, told)
            : throw new CreelException(
                new Fault(
                    FaultKind.TooLarge,
                    "import-size",
                    $"what {gateway.Name} says of its {made.Count} agents is more than 1 MiB, which no habitat takes up at once",
                    $"Name those that you want: creel agent import --gateway {gateway.Name} --agent ID [--agent ID…]"
                )
            );
    }

    /// <summary>Where each id of the habitat is: the name of a gateway, or nothing for here.</summary>
    private static Dictionary<string, string?> Taken(HabitatModel habitat) =>
        habitat
            .Agents.Select(a => (a.Id.Value, Gateway: (string?)null))
            .Concat(habitat.ForeignGateways.Values.SelectMany(g => g.Agents.Select(a => (a.Id.Value, Gateway: (string?)g.Name))))
            .ToDictionary(a => a.Value, a => a.Gateway, StringComparer.Ordinal);

    private static AdoptionNote? Refusal(
        FoundAgent agent,
        ForeignGatewayModel gateway,
        Dictionary<string, string?> taken,
        AgentId? under
    )
    {
        if (!AgentId.TryParse(agent.Id, out _))
        {
            var normal = AgentIds.Normalise(agent.Id) is { } id ? $", such as '{id}'" : "";
            var said = PlainLine.Of(agent.Id);
            return new AdoptionNote(
                said,
                $"{Slug.Quote(said)} is no agent id, which is {AgentId.Rule}",
                $"Give it another one there{normal}, and import it then."
            );
        }

        if (agent.Id == AgentKeys.MainAgent(gateway.Name))
        {
            return new AdoptionNote(
                agent.Id,
                $"it is the main agent of {gateway.Name} by its id",
                $"Write gateways.{gateway.Name}.main: true into the habitat."
            );
        }

        if (taken.TryGetValue(under?.Value ?? agent.Id, out var where))
        {
            return new AdoptionNote(
                agent.Id,
                $"the habitat has an agent '{under?.Value ?? agent.Id}' {(where is null ? "here" : $"at {where}")} already",
                $"Give it another id here: creel agent import --gateway {gateway.Name} --agent {agent.Id} --as ID"
            );
        }

        return IsText(agent.Workspace)
            ? null
            : new AdoptionNote(
                agent.Id,
                "its gateway does not say in which folder it works",
                "Give it a workspace there, and import it then."
            );
    }

    private static JsonObject Entry(FoundAgent agent, string id, List<AdoptionNote> told)
    {
        var entry = new JsonObject();
        if (agent.Name is { } name && name != id && IsText(name))
        {
            entry["name"] = Escaped(name);
        }

        entry["session"] = Escaped(agent.Session);
        entry["workspace"] = Escaped(agent.Workspace!);
        if (agent.Heartbeat.ValueKind == JsonValueKind.Object)
        {
            if (IsHeartbeat(agent.Heartbeat))
            {
                entry["heartbeat"] = Escaped(JsonObject.Create(agent.Heartbeat)!);
            }
            else
            {
                told.Add(
                    new AdoptionNote(
                        agent.Id,
                        "its heartbeat is written in a way that is not known here, and was left out",
                        "It goes on as it is there, until its files are Creel's."
                    )
                );
            }
        }

        entry["files"] = false;
        return entry;
    }

    private static bool IsText(string? text) =>
        text is { Length: <= LongestText } && !string.IsNullOrWhiteSpace(text) && PlainLine.IsSeen(text);

    private static bool IsHeartbeat(JsonElement heartbeat) =>
        heartbeat.GetRawText().Length <= LongestHeartbeat
        && IsPlain(heartbeat)
        && Payloads.Member(heartbeat, "every") switch
        {
            { ValueKind: JsonValueKind.Undefined } => true,
            { ValueKind: JsonValueKind.String } every => NodeValues.Time(
                new Json5String(Json5Place.Root("gateway"), every.GetString()!),
                'm'
            )
                is not null,
            _ => false,
        };

    /// <summary>No key of it means something to who reads a habitat, as <c>$include</c> does, and each number is one there.</summary>
    private static bool IsPlain(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().All(m => !m.Name.StartsWith('$') && IsPlain(m.Value)),
            JsonValueKind.Array => value.EnumerateArray().All(IsPlain),
            JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number),
            _ => true,
        };

    private static JsonNode? Escaped(JsonNode? node) =>
        node switch
        {
            JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, Escaped(m.Value)))),
            JsonArray list => new JsonArray([.. list.Select(Escaped)]),
            JsonValue value when value.TryGetValue<string>(out var text) => Escaped(text),
            _ => node?.DeepClone(),
        };

    /// <summary>A habitat's <c>${VAR}</c> is a variable of ours: what another machine says of itself is none.</summary>
    private static string Escaped(string text) => Variable().Replace(text, found => $"${found.Value}");

    [GeneratedRegex(@"\$\{[A-Z_][A-Z0-9_]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}

/// <param name="Agent">Its id at the gateway.</param>
public sealed record AdoptionNote(string Agent, string Message, string Remedy);
