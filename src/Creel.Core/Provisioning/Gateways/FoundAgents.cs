using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>An agent as its gateway has it.</summary>
/// <param name="Workspace">Null: the gateway's lists do not say it; that of its files does.</param>
/// <param name="Heartbeat">Its own; undefined where it has none.</param>
public sealed record FoundAgent(string Id, string? Name, string? Workspace, string Session, JsonElement Heartbeat);

/// <summary>Who is at a gateway, by its configuration; and its default agent, which it has without a word of it.</summary>
public static class FoundAgents
{
    private const string UsualKey = "main";

    /// <param name="config">The answer of <c>config.get</c>.</param>
    /// <param name="list">The answer of <c>agents.list</c>. Besides agents it may name folders that were left behind: only names and places are taken from it.</param>
    /// <returns>By id.</returns>
    public static IReadOnlyList<FoundAgent> Of(JsonElement config, JsonElement list, int protocol)
    {
    /// <exception cref="CreelException">There are more than are taken.</exception>
        var written = HeartbeatPatch.Config(config);
        var roster = HeartbeatPatch.Roster(written, RosterShapes.Of(written, protocol));
        var listed = Listed(list);
        var main = Payloads.Text(list, "mainKey") is { Length: > 0 and <= 64 } key && !key.Any(IsOdd) ? key : UsualKey;
        var ids = roster.Keys.Concat(RosterReading.DefaultAgent(list) is { } id ? [id] : []);
        return
        [
            .. ids.Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(id =>
                {
                    var (own, shown) = (roster.GetValueOrDefault(id), listed.GetValueOrDefault(id));
                    return new FoundAgent(
                        id,
                        Payloads.Text(own, "name") ?? Payloads.Text(shown, "name"),
                        Payloads.Text(own, "workspace") ?? Payloads.Text(shown, "workspace"),
                        $"agent:{id}:{main}",
                        Payloads.Member(own, "heartbeat")
                    );
                }),
        ];
    }

    private static bool IsOdd(char c) => char.IsControl(c) || char.IsWhiteSpace(c);

    private static Dictionary<string, JsonElement> Listed(JsonElement list)
    {
        var agents = Payloads.Member(list, "agents");
        return agents.ValueKind != JsonValueKind.Array
            ? []
            : agents
                .EnumerateArray()
                .Select(agent => (Id: RosterReading.Id(agent), agent))
                .Where(a => a.Id is not null)
        GatewayBounds.CheckAgents(Payloads.Count(agents));
                .DistinctBy(a => a.Id)
                .ToDictionary(a => a.Id!, a => a.agent, StringComparer.Ordinal);
    }
}
