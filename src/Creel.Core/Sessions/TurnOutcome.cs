using System.Text.Json;
using Creel.Core.Work;

namespace Creel.Core.Sessions;

/// <summary>How a turn ended, out of how its task did.</summary>
/// <param name="Result">All that the brain told; null where it told nothing.</param>
public sealed record TurnOutcome(TurnState State, string? Text, string? Error, JsonElement? Result)
{
    /// <summary>Why there is no answer.</summary>
    public TurnTrouble Trouble { get; init; }

    public static TurnOutcome Of(TaskRecord task)
    {
        var result = Told(task.Result);
        var text = Said(result, "text");
        return task.State switch
        {
            TaskState.Succeeded => new(TurnState.Ok, text ?? "", null, result),
            TaskState.TimedOut => new(TurnState.Timeout, text, "the agent took too long", result),
            TaskState.Cancelled => new(TurnState.Aborted, text, null, result),
            _ => new(TurnState.Error, text, task.Reason ?? Word(task.State), result)
            {
                Trouble = task.State is TaskState.Expired or TaskState.Interrupted
                    ? TurnTrouble.Away
                    : TurnTroubles.Told(Said(result, "stop")),
            },
        };
    }

    /// <summary>A number of the result's <c>usage</c>; null where there is none.</summary>
    public long? Usage(string name) =>
        Result is { ValueKind: JsonValueKind.Object } result
        && result.TryGetProperty("usage", out var usage)
        && usage.ValueKind == JsonValueKind.Object
        && usage.TryGetProperty(name, out var number)
        && number.ValueKind == JsonValueKind.Number
        && number.TryGetInt64(out var value)
        && value >= 0
            ? value
            : null;

    /// <summary>A text of the result; null where there is none.</summary>
    public string? Said(string name) => Said(Result, name);

    private static string? Said(JsonElement? result, string name) =>
        result is { ValueKind: JsonValueKind.Object } all
        && all.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string Word(TaskState state) =>
        state switch
        {
            TaskState.Expired => "the agent was away for too long",
            TaskState.Interrupted => "the agent's cell ended while it answered",
            _ => "the agent could not answer",
        };

    /// <summary>The field <c>result</c> of what the runtime said.</summary>
    private static JsonElement? Told(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("result", out var result)
                && result.ValueKind == JsonValueKind.Object
                ? result.Clone()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
