using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>An agent as its gateway has it.</summary>
/// <param name="Name">Without what nobody sees.</param>
/// <param name="Workspace">Null: nobody says it.</param>
/// <param name="Heartbeat">Its own; undefined where it has none.</param>
public sealed record FoundAgent(string Id, string? Name, string? Workspace, string Session, JsonElement Heartbeat);

/// <summary>Who is at a gateway, by its configuration; and its default agent, which it has without a word of it.</summary>
public static class FoundAgents
{
    private const string UsualKey = "main";
    private const int LongestName = 1024;

    /// <param name="list">The answer of <c>agents.list</c>. Besides agents it may name folders that were left behind: only names and places are taken from it.</param>
    /// <returns>By id; those of which neither says the folder without it.</returns>
    /// <exception cref="CreelException">There are more than are taken.</exception>
    public static IReadOnlyList<FoundAgent> Of(ObservedRoster roster, JsonElement list)
    {
        var listed = Listed(list);
        var main = Payloads.Text(list, "mainKey") is { Length: > 0 and <= 64 } key && IsKey(key) ? key : UsualKey;
        var ids = roster.Agents.Keys.Concat(RosterReading.DefaultAgent(list) is { } id ? [id] : []);
        return
        [
            .. ids.Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(id =>
                {
                    var (own, shown) = (roster.Agents.GetValueOrDefault(id), listed.GetValueOrDefault(id));
                    return new FoundAgent(
                        id,
                        Shown(Payloads.Text(own, "name") ?? Payloads.Text(shown, "name")),
                        Payloads.Text(own, "workspace") ?? Payloads.Text(shown, "workspace"),
                        $"agent:{id}:{main}",
                        Payloads.Member(own, "heartbeat")
                    );
                }),
        ];
    }

    private static bool IsKey(string key) => PlainLine.IsSeen(key) && !key.Contains(' ', StringComparison.Ordinal);

    /// <summary>A name in which all is seen is kept as it is; of another the signs that are.</summary>
    private static string? Shown(string? name) =>
        name is null || PlainLine.IsSeen(name) ? name : PlainLine.OrNull(name, LongestName);

    private static Dictionary<string, JsonElement> Listed(JsonElement list)
    {
        var agents = Payloads.Member(list, "agents");
        GatewayBounds.CheckAgents(Payloads.Count(agents));
        return agents.ValueKind != JsonValueKind.Array
            ? []
            : agents
                .EnumerateArray()
                .Select(agent => (Id: RosterReading.Id(agent), agent))
                .Where(a => a.Id is not null)
                .DistinctBy(a => a.Id)
                .ToDictionary(a => a.Id!, a => a.agent, StringComparer.Ordinal);
    }
}
