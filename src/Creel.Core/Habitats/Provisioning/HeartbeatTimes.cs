using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Habitats.Gateway;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>When a heartbeat comes.</summary>
public static class HeartbeatTimes
{
    /// <param name="heartbeat">As a gateway is told it.</param>
    /// <returns>Null: it never comes, or nobody can tell when.</returns>
    public static TimeSpan? Every(JsonObject heartbeat) =>
        heartbeat["every"] is JsonValue every
        && every.GetValueKind() == JsonValueKind.String
        && Durations.Parse(every.GetValue<string>(), 'm') is { Ticks: > 0 } time
            ? time
            : null;
}
