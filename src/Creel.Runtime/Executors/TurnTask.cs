using Creel.Runtime.Brains;
using Creel.Runtime.Work;

namespace Creel.Runtime.Executors;

/// <summary><c>turn</c>: a message for the agent's brain, and its answer.</summary>
internal static class TurnTask
{
    public static Task<TaskOutcome> RunAsync(TaskRun run) =>
        BrainTable
            .Find(run.Agent.Brain.Kind, run.Agent.Id)
            .Invoke(run, run.Fields.Required("turn", "message"), run.Fields.Text("sessionKey"));
}
