using Creel.Core.Work;

namespace Creel.Runtime.Work;

/// <summary>How a task ended.</summary>
/// <param name="Result">A JSON object in UTF-8; null where the task gave none.</param>
/// <param name="Error">One sentence, unless it succeeded.</param>
internal sealed record TaskOutcome(TaskState State, byte[]? Result, string? Error)
{
    public static TaskOutcome Success(byte[] result) => new(TaskState.Succeeded, result, null);

    public static TaskOutcome Failure(string error, byte[]? result = null) => new(TaskState.Failed, result, error);
}
