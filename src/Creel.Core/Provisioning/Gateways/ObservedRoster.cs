using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>The agents of a gateway, as its configuration has them.</summary>
/// <param name="Answer">Of <c>config.get</c>.</param>
public sealed record ObservedRoster(JsonElement Answer, int Protocol)
{
    public RosterShape Shape { get; } = RosterShapes.Of(HeartbeatPatch.Config(Answer), Protocol);

    /// <summary>By id.</summary>
    public IReadOnlyDictionary<string, JsonElement> Agents { get; } = Read(Answer, Protocol);

    /// <summary>Whether its configuration would be written so that these are as said.</summary>
    public bool WouldChange(IReadOnlyList<HeartbeatEntry> entries) =>
        HeartbeatPatch.Of(Answer, entries, Protocol, null) is not null;

    private static IReadOnlyDictionary<string, JsonElement> Read(JsonElement answer, int protocol)
    {
        var config = HeartbeatPatch.Config(answer);
        return HeartbeatPatch.Roster(config, RosterShapes.Of(config, protocol));
    }
}
