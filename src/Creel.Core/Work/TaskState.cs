namespace Creel.Core.Work;

/// <summary>
/// Where a task is. Every task that was answered for reaches exactly one of the final states, and starts at most once.
/// </summary>
public enum TaskState
{
    /// <summary>On disk, waiting for its agent.</summary>
    Queued,

    /// <summary>Leased to a runtime and on its way; not known to have started.</summary>
    Sent,

    /// <summary>The runtime said that it started.</summary>
    Running,

    Succeeded,
    Failed,
    TimedOut,
    Cancelled,

    /// <summary>Its agent did not come in time; it is a dead letter and may be redriven.</summary>
    Expired,

    /// <summary>It had started, or may have, when its cell died. It runs again only if it said <c>retry: true</c>.</summary>
    Interrupted,
}

public static class TaskStates
{
    public static bool IsFinal(this TaskState state) => state >= TaskState.Succeeded;

    /// <summary>The word in JSON and on screen: <c>timed-out</c> for <see cref="TaskState.TimedOut"/>, else lower case.</summary>
    public static string Word(this TaskState state) =>
        state == TaskState.TimedOut ? "timed-out" : state.ToString().ToLowerInvariant();

    public static bool TryParse(string? word, out TaskState state)
    {
        foreach (var candidate in Enum.GetValues<TaskState>())
        {
            if (candidate.Word() == word)
            {
                state = candidate;
                return true;
            }
        }

        state = default;
        return false;
    }
}
