using System.Text.Json;
using Creel.Commands.Tasks;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Compat.Containers;

/// <summary>A message for an agent, and what came of it.</summary>
internal static class ClawTurn
{
    /// <summary>For the task's own time-out to be told before ours.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(15);

    /// <param name="session">Null: the agent's main one.</param>
    /// <param name="timeout">Null: as long as the habitat lets a task run.</param>
    /// <returns>The task's id.</returns>
    public static async Task<string> StartAsync(
        Call call,
        Claw claw,
        string message,
        string? session,
        TimeSpan? timeout,
        CancellationToken cancel
    )
    {
        var task = new Dictionary<string, object> { ["type"] = "turn", ["message"] = message };
        if (session is not null)
        {
            task["sessionKey"] = session;
        }

        if (timeout is { } limit)
        {
            task["timeout"] = (long)limit.TotalMilliseconds;
        }

        var body = SendCommand.Check(Call.Body(task));
        var path = $"agents/{AgentArgument.Segment(claw.Id)}/task";
        return Call.Read<SubmittedView>(await call.Client.SendAsync(HttpMethod.Post, path, body, cancel)).TaskId;
    }

    /// <param name="timeout">Null: until its end.</param>
    /// <param name="show">Prints the answer.</param>
    /// <returns>0, 1 where it failed, 124 where it was cut off.</returns>
    public static async Task<int> FinishAsync(
        Call call,
        string taskId,
        TimeSpan? timeout,
        Action<ClawAnswer> show,
        CancellationToken cancel
    )
    {
        var answer = await TaskWait.ForEndAsync(call, taskId, timeout + Later ?? Timeout.InfiniteTimeSpan, cancel);
        return Show(call, answer, show);
    }

    public static int Show(Call call, JsonElement answer, Action<ClawAnswer> show)
    {
        var task = Call.Read<TaskView>(answer);
        var took = task is { StartedAt: { } from, FinishedAt: { } to } ? (to - from).TotalMilliseconds : (double?)null;
        var said = ClawAnswer.Of(TaskResult.Given(task), task.Id, took);
        var exit = TaskResult.ExitCode(task.State);
        if (!TaskWait.IsFinal(answer))
        {
            call.Note($"Error: {PlainText.Line(TaskResult.Sentence(task))}\nLook again with: ./bridge.sh result {task.Id}");
            return ExitCodes.Timeout;
        }

        if (said is not null && (exit == ExitCodes.Ok || said.Text.Length > 0))
        {
            show(said);
        }

        if (exit == ExitCodes.Ok && said is not { IsWhole: true })
        {
            call.Note($"Error: {task.Agent} gave no last word: its turn was cut off.");
            return ExitCodes.Timeout;
        }

        if (exit == ExitCodes.Ok && said is { Failed: false })
        {
            return ExitCodes.Ok;
        }

        call.Note($"Error: {PlainText.Line(TaskResult.Sentence(task))}");
        return exit == ExitCodes.Ok ? ExitCodes.Negative : exit;
    }
}
