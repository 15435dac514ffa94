namespace Creel.Core.Work;

/// <summary>A change of an unfinished task.</summary>
/// <param name="Id">Of the task.</param>
/// <param name="To"><see cref="TaskState.Queued"/> (its lease is dropped), <see cref="TaskState.Sent"/> or <see cref="TaskState.Running"/>; or
/// <see cref="TaskState.Cancelled"/>: it is asked to end, which is remembered, and stays what it is until its runtime ends it.
/// </param>
/// <param name="Lease">The lease that it is under from now on; with Queued the one that gives it up, or null where whoever holds it
/// loses it; null with Cancelled.
/// </param>
public sealed record TaskMove(TaskId Id, TaskState To, Lease? Lease, DateTimeOffset At);

/// <summary>What became of a <see cref="TaskCompletion"/>.</summary>
public enum CompleteOutcome
{
    Completed,

    /// <summary>It had an end already, which stays.</summary>
    AlreadyFinal,

    Unknown,

    /// <summary>It is leased to a newer epoch than the one that reported.</summary>
    Fenced,
}
