using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Link;
using Creel.Core.Sessions;

namespace Creel.Runtime.Work;

/// <summary>A task as the hub sent it.</summary>
/// <param name="Agent">Empty where the sender named none that is known here.</param>
internal sealed record TaskOrder(string Id, string Agent, string? Type, JsonElement Payload)
{
    /// <summary>The longest that a timer takes; longer timeouts are as good as none.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public bool Retry => Payload.TryGetProperty("retry", out var retry) && retry.ValueKind == JsonValueKind.True;

    /// <summary>The task's own, or what is usual: for a turn what the habitat says of turns, for all else its agent's.</summary>
    /// <param name="mind">Null where the hub tells nothing of it.</param>
    /// <exception cref="CreelException">What the task names is no time.</exception>
    public TimeSpan Timeout(WelcomePolicy policy, MindModel? mind = null)
    {
        var usual =
            Type != "turn" ? policy.TimeoutMs
            : mind?.TimeoutSeconds is { } seconds ? seconds * 1000d
            : TurnTime.Usual.TotalMilliseconds;
        var wanted = new TaskFields(Payload).Milliseconds("timeout") ?? usual;
        return wanted <= 0 || wanted >= Longest.TotalMilliseconds ? Longest : TimeSpan.FromMilliseconds(wanted);
    }

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
