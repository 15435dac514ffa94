using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Provisioning;

/// <summary>What gateways answer, in the shapes that they have had.</summary>
public static class Payloads
{
    private static readonly string[] Defaults = ["defaultId", "default_id", "defaultAgentId", "default_agent_id"];
    private static readonly string[] Lists = ["agents", "items", "list", "data"];
    private static readonly string[] Ids = ["id", "agentId", "agent_id"];

    /// <summary>An agent's id: a text, or an object with one.</summary>
    public static string? AgentId(JsonNode? item) =>
        item is JsonObject map ? Ids.Select(key => Trimmed(map[key])).FirstOrDefault(id => id is not null) : Trimmed(item);

    /// <summary>Of <c>agents.list</c>: the default agent, or else the first.</summary>
    public static string? DefaultAgent(JsonNode? payload) =>
        payload is JsonArray list ? First(list)
        : payload is not JsonObject map ? null
        : Defaults
            .Select(key => Trimmed(map[key]))
            .Concat(Lists.Select(key => First(map[key])))
            .FirstOrDefault(id => id is not null);

    /// <summary>Of <c>agents.list</c>: all.</summary>
    public static IReadOnlySet<string> Agents(JsonNode? payload) =>
        ((payload is JsonObject map ? map["agents"] : payload) as JsonArray ?? []).Select(AgentId).OfType<string>().ToHashSet();

    /// <summary>Of <c>agents.files.list</c>: which files the gateway takes; the usual ones where it says none.</summary>
    public static IReadOnlySet<string> Files(JsonNode? payload)
    {
        var named = Index(payload).Keys.ToHashSet(StringComparer.Ordinal);
        return named.Count > 0 ? named : FileRules.Usual.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Of <c>agents.files.list</c>: an agent's files, and whether each is missing.</summary>
    public static IReadOnlyDictionary<string, bool> Index(JsonNode? payload)
    {
        var index = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var item in ((payload as JsonObject)?["files"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Text(item["name"]) is { Length: > 0 } name)
            {
                index[name] = item["missing"] is { } missing && IsTrue(missing);
            }
        }

        return index;
    }

    internal static string? Text(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static string? First(JsonNode? list) => (list as JsonArray)?.Select(AgentId).FirstOrDefault(id => id is not null);

    private static string? Trimmed(JsonNode? node) => PythonSpace.Strip(Text(node) ?? "") is { Length: > 0 } text ? text : null;

    private static bool IsTrue(JsonNode node) =>
        node switch
        {
            JsonObject map => map.Count > 0,
            JsonArray list => list.Count > 0,
            _ => node.GetValueKind() switch
            {
                JsonValueKind.String => node.GetValue<string>().Length > 0,
                JsonValueKind.Number => node.GetValue<double>() != 0,
                var kind => kind == JsonValueKind.True,
            },
        };
}
