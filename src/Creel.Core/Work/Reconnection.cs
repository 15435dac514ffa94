using Creel.Core.Link;

namespace Creel.Core.Work;

/// <summary>What becomes of each leased task when its runtime connects again.</summary>
public static class Reconnection
{
    /// <param name="unfinished">The leased tasks of the cell's agents, oldest first; queued ones are left out of the answer.</param>
    public static IReadOnlyList<ReconnectStep> Decide(IReadOnlyList<TaskRecord> unfinished, Hello hello)
    {
        var running = hello.Running.ToHashSet(StringComparer.Ordinal);
        var pending = hello.Pending.ToHashSet(StringComparer.Ordinal);
        var finished = hello.Finished.ToHashSet(StringComparer.Ordinal);
        var steps = new List<ReconnectStep>(unfinished.Count);
        foreach (var task in unfinished)
        {
            var id = task.Task.Id.ToString();
            if (task.State == TaskState.Queued || task.State.IsFinal())
            {
                continue;
            }

            steps.Add(
                new ReconnectStep(
                    task,
                    (SameMemory(task, hello), running.Contains(id), pending.Contains(id), finished.Contains(id)) switch
                    {
                        (_, _, _, true) => ReconnectAction.AwaitResult,
                        (_, true, _, _) => ReconnectAction.Run,
                        (_, _, true, _) => ReconnectAction.Hold,
                        (true, _, _, _) when task.State == TaskState.Sent => ReconnectAction.Resend,
                        // It is known to have started and forgotten, or another memory can't tell whether it did.
                        _ => task.MayRunAgain ? ReconnectAction.Requeue : ReconnectAction.Interrupt,
                    }
                )
            );
        }

        return steps;
    }

    /// <summary>Tasks that the runtime still works on although, for the hub, they are over or were never: to be cancelled.</summary>
    public static IReadOnlyList<string> Strays(IReadOnlyList<TaskRecord> unfinished, Hello hello)
    {
        var known = unfinished
            .Where(t => !t.State.IsFinal() && t.State != TaskState.Queued)
            .Select(t => t.Task.Id.ToString())
            .ToHashSet();
        return [.. hello.Running.Concat(hello.Pending).Where(id => !known.Contains(id)).Distinct(StringComparer.Ordinal)];
    }

    private static bool SameMemory(TaskRecord task, Hello hello) => task.Lease?.Journal == hello.Journal;
}

/// <summary>One task's next step.</summary>
public sealed record ReconnectStep(TaskRecord Task, ReconnectAction Action);

public enum ReconnectAction
{
    /// <summary>It runs: running, under the new epoch.</summary>
    Run,

    /// <summary>Taken and not started: sent, under the new epoch; not sent again.</summary>
    Hold,

    /// <summary>Its result is on the way: as it was, under the new epoch.</summary>
    AwaitResult,

    /// <summary>The same memory doesn't know it, so it never arrived: sent again.</summary>
    Resend,

    /// <summary>It may have started in a memory that is lost, and said that it may run again.</summary>
    Requeue,

    /// <summary>It may have started in a memory that is lost: it ends.</summary>
    Interrupt,
}
