using System.Text.Json;
using Creel.Core.Work;
using Creel.Server.Hub.Seats;
using Creel.Server.Web;

namespace Creel.Server.Hub.Agents;

/// <summary>An agent as the API shows it: the older hub's record.</summary>
internal static class AgentView
{
    private static readonly string[] Measures = ["cpu", "memory", "disk", "uptime"];

    /// <param name="usage">What its cell uses; undefined where that is not counted.</param>
    public static void Write(Utf8JsonWriter json, AgentSeat seat, IEnumerable<TaskRecord> unfinished, JsonElement usage = default)
    {
        lock (seat.Gate)
        {
            json.WriteStartObject();
            WriteId(json, seat);
            json.WriteString("status", Status(seat));
            JsonReply.Time(json, "registeredAt", seat.Registration.RegisteredAt);
            JsonReply.Time(json, "lastSeen", seat.LastSeen);
            JsonReply.Time(json, "lastHealthCheck", seat.LastHealth);
            json.WritePropertyName("metadata");
            json.WriteRawValue(seat.Registration.Metadata.Span, skipInputValidation: true);
            WriteStats(json, seat.Stats);
            WriteHealth(json, seat);
        }

        if (usage.ValueKind == JsonValueKind.Object)
        {
            json.WritePropertyName("usage");
            usage.WriteTo(json);
        }

        json.WriteStartArray("currentTasks");
        foreach (var record in unfinished)
        {
            WriteTask(json, record.Task);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string Status(AgentSeat seat) => seat.Link is null ? "offline" : "online";

    public static void WriteId(Utf8JsonWriter json, AgentSeat seat)
    {
        json.WritePropertyName("id");
        if (seat.IdText is { } raw)
        {
            json.WriteRawValue(raw);
        }
        else
        {
            json.WriteStringValue(seat.Id.Value);
        }
    }

    public static void WriteStats(Utf8JsonWriter json, AgentStats stats)
    {
        json.WriteStartObject("stats");
        json.WriteNumber("tasksReceived", stats.TasksReceived);
        json.WriteNumber("tasksCompleted", stats.TasksCompleted);
        json.WriteNumber("tasksFailed", stats.TasksFailed);
        json.WriteNumber("messagesReceived", stats.MessagesReceived);
        json.WriteNumber("messagesSent", stats.MessagesSent);
        json.WriteEndObject();
    }

    private static void WriteHealth(Utf8JsonWriter json, AgentSeat seat)
    {
        json.WriteStartObject("health");
        foreach (var measure in Measures)
        {
            json.WritePropertyName(measure);
            if (seat.Health.TryGetValue(measure, out var value))
            {
                value.WriteTo(json);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        foreach (var (name, value) in seat.Health)
        {
            if (!Measures.Contains(name))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteTask(Utf8JsonWriter json, AgentTask task)
    {
        json.WriteStartObject();
        json.WriteString("id", task.Id.Value);
        if (task.Type.Length > 0)
        {
            json.WriteString("type", task.Type);
        }

        // The older hub called it so from the moment it had the task.
        JsonReply.Time(json, "startedAt", task.CreatedAt);
        if (!task.Payload.IsEmpty)
        {
            json.WritePropertyName("payload");
            json.WriteRawValue(task.Payload.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }
}
