using System.Text.Json;

namespace Creel.Server.Hub;

/// <summary>What an agent says of its machine: any JSON object, of which the last word on each field counts.</summary>
internal static class HealthReport
{
    private const int MostFields = 64;

    /// <summary>Null where it is no object.</summary>
    public static JsonElement? Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static void Merge(AgentSeat seat, JsonElement report, DateTimeOffset now)
    {
        lock (seat.Gate)
        {
            foreach (var field in report.EnumerateObject())
            {
                if (seat.Health.Count < MostFields || seat.Health.ContainsKey(field.Name))
                {
                    seat.Health[field.Name] = field.Value;
                }
            }

            seat.LastHealth = now;
            seat.LastSeen = now;
        }
    }
}
