namespace Creel.Core.Work;

/// <summary>A task's end, from whoever knows it.</summary>
/// <param name="Epoch">The connection over which it came; <see cref="long.MaxValue"/> where the hub itself decided.</param>
/// <param name="Body">What the runtime said, as a JSON object in UTF-8; empty where nobody said anything.</param>
/// <param name="Reason">One sentence, where the state alone doesn't explain itself.</param>
/// <param name="StartedAt">When it started, where nobody has told the store yet; a start that it knows stays.</param>
public sealed record TaskCompletion(
    TaskId Id,
    TaskState State,
    long Epoch,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset At,
    string? Reason = null,
    DateTimeOffset? StartedAt = null
);
