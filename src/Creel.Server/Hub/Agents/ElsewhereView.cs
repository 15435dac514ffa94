using System.Text.Json;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Web;

namespace Creel.Server.Hub.Agents;

/// <summary>An agent at a gateway elsewhere, in the shape of the others: most of it is not known here.</summary>
internal static class ElsewhereView
{
    public static void Write(Utf8JsonWriter json, CheckInState state, string gateway)
    {
        json.WriteStartObject();
        json.WriteString("id", state.Agent.Value);
        json.WriteString("status", state.Standing.Word());
        json.WriteNull("registeredAt");
        JsonReply.Time(json, "lastSeen", state.LastSeen);
        json.WriteNull("lastHealthCheck");
        json.WriteStartObject("metadata");
        json.WriteString("type", "elsewhere");
        json.WriteStartArray("capabilities");
        json.WriteEndArray();
        json.WriteString("gateway", gateway);
        json.WriteEndObject();
        json.WriteNull("stats");
        json.WriteNull("health");
        json.WriteStartObject("checkIn");
        json.WriteNumber("generation", state.Generation);
        json.WriteNumber("wakes", state.Wakes);
        JsonReply.Time(json, "due", state.Due);
        json.WriteString("why", state.Why);
        json.WriteEndObject();
        json.WriteStartArray("currentTasks");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
