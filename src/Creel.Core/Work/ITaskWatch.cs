using Creel.Core.Link;

namespace Creel.Core.Work;

/// <summary>Looks on while a task runs.</summary>
public interface ITaskWatch
{
    /// <summary>Follows a task to its end.</summary>
    /// <param name="seen">
    /// Is called with each piece of output, in the order in which they came, and with null when it has started. Pieces at the end may be
    /// missing: the result has all.
    /// </param>
    /// <returns>The finished record; null where there is no such task.</returns>
    Task<TaskRecord?> FollowAsync(TaskId id, Action<OutputChunk?> seen, CancellationToken cancel = default);
}
