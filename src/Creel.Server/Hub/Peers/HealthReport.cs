using System.Text.Json;
using Creel.Server.Hub.Seats;
using Creel.Server.Web;

namespace Creel.Server.Hub.Peers;

/// <summary>
/// What an agent says of its machine. Only the fields that docs/protocol.md names are kept, and only where they are what they
/// should be: whatever else an agent sends is shown to nobody.
/// </summary>
internal static class HealthReport
{
    private const int LongestText = 256;
    private const int MostLoads = 3;
    private static readonly string[] Scoped = ["cpu", "memory", "disk", "loadAverage", "uptime"];
    private static readonly string[] Shares = ["total", "used", "free", "usagePercent"];

    /// <summary>The report as it may be shown; null where it is no object.</summary>
    public static JsonElement? Read(ReadOnlyMemory<byte> payload)
    {
        if (LooseJson.Object(payload) is not { } report)
        {
            return null;
        }

        using var clean = JsonDocument.Parse(
            JsonReply.Text(json =>
            {
                json.WriteStartObject();
                Number(json, report, "cpu");
                Share(json, report, "memory");
                Share(json, report, "disk");
                Number(json, report, "uptime");
                Number(json, report, "systemUptime");
                Loads(json, report);
                Text(json, report, "platform");
                Text(json, report, "arch");
                Text(json, report, "hostname");
                Scope(json, report);
                Brain(json, report);
                Setup(json, report);
                Number(json, report, "timestamp");
                json.WriteEndObject();
            })
        );
        return clean.RootElement.Clone();
    }

    /// <summary>Of each field the last word counts.</summary>
    public static void Merge(AgentSeat seat, JsonElement report, DateTimeOffset now)
    {
        lock (seat.Gate)
        {
            foreach (var field in report.EnumerateObject())
            {
                seat.Health[field.Name] = field.Value;
            }

            seat.LastHealth = now;
            seat.LastSeen = now;
        }
    }

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    private static void Number(Utf8JsonWriter json, JsonElement report, string name)
    {
        if (report.TryGetProperty(name, out var value) && Number(value) is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Share(Utf8JsonWriter json, JsonElement report, string name)
    {
        if (report.TryGetProperty(name, out var share) && LooseJson.IsObject(share))
        {
            json.WriteStartObject(name);
            foreach (var part in Shares)
            {
                Number(json, share, part);
            }

            json.WriteEndObject();
        }
    }

    private static void Loads(Utf8JsonWriter json, JsonElement report)
    {
        if (report.TryGetProperty("loadAverage", out var loads) && loads.ValueKind == JsonValueKind.Array)
        {
            json.WriteStartArray("loadAverage");
            foreach (var load in loads.EnumerateArray().Take(MostLoads).Select(Number).OfType<double>())
            {
                json.WriteNumberValue(load);
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Whose number each is.</summary>
    private static void Scope(Utf8JsonWriter json, JsonElement report)
    {
        if (report.TryGetProperty("scope", out var scope) && LooseJson.IsObject(scope))
        {
            json.WriteStartObject("scope");
            foreach (var field in Scoped)
            {
                Text(json, scope, field);
            }

            json.WriteEndObject();
        }
    }

    /// <summary>How what answers turns is, where that is a program that stays.</summary>
    private static void Brain(Utf8JsonWriter json, JsonElement report)
    {
        if (report.TryGetProperty("brain", out var brain) && LooseJson.IsObject(brain))
        {
            json.WriteStartObject("brain");
            Text(json, brain, "kind");
            Text(json, brain, "state");
            Text(json, brain, "reason");
            Number(json, brain, "restarts");
            json.WriteEndObject();
        }
    }

    /// <summary>How what makes the cell ready is, where there is such a command.</summary>
    private static void Setup(Utf8JsonWriter json, JsonElement report)
    {
        if (report.TryGetProperty("setup", out var setup) && LooseJson.IsObject(setup))
        {
            json.WriteStartObject("setup");
            Text(json, setup, "state");
            Text(json, setup, "reason");
            json.WriteEndObject();
        }
    }

    private static void Text(Utf8JsonWriter json, JsonElement report, string name)
    {
        if (LooseJson.Text(report, name) is { Length: <= LongestText } text && !text.Any(char.IsControl))
        {
            json.WriteString(name, text);
        }
    }
}
