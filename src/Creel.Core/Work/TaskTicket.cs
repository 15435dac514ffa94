namespace Creel.Core.Work;

/// <summary>What a submitter gets: the id at once, the end when there is one.</summary>
/// <param name="Queued">Its agent was not connected: it waits.</param>
/// <param name="Completion">Completes with the finished record; never faults.</param>
public sealed record TaskTicket(TaskId Id, bool Queued, Task<TaskRecord> Completion);
