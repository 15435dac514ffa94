using System.Text.Json.Nodes;
using Creel.Core.Habitats;
using Creel.Core.Rendering;

namespace Creel.Adapters.OpenClaw;

/// <summary>
/// The channels, accounts and bindings of one group: an account is the group's whose agent it is bound to. An account that no
/// agent of the group is bound to would hand another group's token over, and a binding to an account that is not there is an error.
/// </summary>
internal static class GroupChannels
{
    public static void Add(JsonObject root, HabitatModel habitat, RenderedGroup group)
    {
        var ids = group.Agents.Select(a => a.Id.Value).ToHashSet();
        var isHome = group.Agents.Any(a => a.Default);
        var all = List(habitat, "bindings").ToList();
        var own = all.Where(b => Text(b["agentId"]) is { } id && ids.Contains(id)).ToList();
        var channels = new JsonObject();
        foreach (var (name, node) in Object(habitat, "channels"))
        {
            if (node is JsonObject channel && Channel(channel, name, own, all, isHome) is { } kept)
            {
                channels[name] = kept;
            }
        }

        if (channels.Any(c => c.Key != "defaults"))
        {
            root["channels"] = channels;
        }

        var bindings = own.Where(b => Exists(b, channels)).Select(b => b.DeepClone()).ToArray();
        if (bindings.Length > 0)
        {
            root["bindings"] = new JsonArray(bindings);
        }
    }

    /// <summary>What of a channel is this group's; null: nothing.</summary>
    private static JsonObject? Channel(JsonObject channel, string name, List<JsonObject> own, List<JsonObject> all, bool isHome)
    {
        if (name == "defaults")
        {
            return (JsonObject)channel.DeepClone();
        }

        bool Bound(IEnumerable<JsonObject> bindings, string account) =>
            bindings.Any(b =>
                Text(b["match"]?["channel"]) == name
                && (Text(b["match"]?["accountId"]) ?? "default") is var to
                && (to == account || to == "*")
            );

        // What no binding names is the default agent's.
        bool Mine(string account) => Bound(own, account) || (isHome && !Bound(all, account));
        if (channel["accounts"] is not JsonObject accounts)
        {
            return Mine("default") ? (JsonObject)channel.DeepClone() : null;
        }

        var kept = new JsonObject();
        foreach (var (id, account) in accounts.Where(a => Mine(a.Key)))
        {
            kept[id] = account?.DeepClone();
        }

        if (kept.Count == 0)
        {
            return null;
        }

        var copy = (JsonObject)channel.DeepClone();
        copy["accounts"] = kept;
        return copy;
    }

    private static bool Exists(JsonObject binding, JsonObject channels) =>
        Text(binding["match"]?["channel"]) is { } name
        && channels[name] is JsonObject channel
        && (
            channel["accounts"] is not JsonObject accounts
            || Text(binding["match"]?["accountId"]) is not { } account
            || account == "*"
            || accounts.ContainsKey(account)
        );

    private static IEnumerable<JsonObject> List(HabitatModel habitat, string section) =>
        habitat.Sections.TryGetValue(section, out var text) && JsonNode.Parse(text) is JsonArray list
            ? list.OfType<JsonObject>()
            : [];

    private static JsonObject Object(HabitatModel habitat, string section) =>
        habitat.Sections.TryGetValue(section, out var text) && JsonNode.Parse(text) is JsonObject found ? found : [];

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
