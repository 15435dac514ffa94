using Creel.Core;
using Creel.Runtime.Brains;
using Creel.Runtime.Work;

namespace Creel.Runtime.Executors;

/// <summary>Which code carries out which type of task. A new type is a line here.</summary>
internal static class ExecutorTable
{
    private static readonly Dictionary<string, Func<TaskRun, Task<TaskOutcome>>> Types = new()
    {
        ["exec"] = CommandTask.ExecAsync,
        ["script"] = ScriptTask.RunAsync,
        ["file:read"] = FileReadTask.RunAsync,
        ["file:write"] = FileWriteTask.RunAsync,
        ["git:clone"] = GitTask.CloneAsync,
        ["git:pull"] = GitTask.PullAsync,
        ["git:push"] = GitTask.PushAsync,
        ["build"] = run => CommandTask.NamedAsync(run, "npm run build"),
        ["test"] = run => CommandTask.NamedAsync(run, "npm test"),
        ["deploy"] = run => CommandTask.NamedAsync(run, null),
        ["turn"] = TurnTask.RunAsync,
    };

    public static IEnumerable<string> Names => Types.Keys;

    /// <exception cref="CreelException">No such type, or one that the agent's policy does not allow.</exception>
    public static Func<TaskRun, Task<TaskOutcome>> Find(string? type, IReadOnlyList<string> allowed)
    {
        if (type is null || !Types.TryGetValue(type, out var executor))
        {
            throw new CreelException(Fault.Invalid("task-type", $"Unknown task type: {type ?? "undefined"}"));
        }

        return allowed.Count == 0 || allowed.Contains(type)
            ? executor
            : throw new CreelException(
                Fault.Refused(
                    "task-type-refused",
                    $"Tasks of type '{type}' are not allowed for this agent",
                    "Its policy lists the types that are"
                )
            );
    }
}
