using System.Text.Json;

namespace Creel.Runtime.Work;

/// <summary>A task as the hub sent it.</summary>
/// <param name="Agent">Empty where the sender named none that is known here.</param>
internal sealed record TaskOrder(string Id, string Agent, string? Type, JsonElement Payload)
{
    public bool Retry => Payload.TryGetProperty("retry", out var retry) && retry.ValueKind == JsonValueKind.True;

    /// <summary>Null where the message is no task, or carries no id to answer for.</summary>
    public static TaskOrder? Read(string agent, string? messageId, ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return null;
        }

        using var json = JsonDocument.Parse(payload);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var body = json.RootElement.Clone();
        var id = Word(body, "taskId") ?? Word(body, "id") ?? messageId;
        return id is { Length: > 0 and <= 512 } ? new TaskOrder(id, agent, Word(body, "type"), body) : null;
    }

    private static string? Word(JsonElement body, string name) =>
        !body.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText()
        : null;
}
