using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Commands.Tasks;

/// <summary><c>creel task cancel ID</c>: asks for its end; 1 where it had another one already.</summary>
internal static class CancelCommand
{
    public static Command Build(Cli cli)
    {
        var id = new Argument<string>("TASK") { Description = "The task's id" };
        return cli.Runs(
            new Command("cancel", "Ask for the end of a task") { id },
            (call, cancel) => RunAsync(call, call.Value(id), cancel)
        );
    }

    private static async Task<int> RunAsync(Call call, string id, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Post, $"tasks/{TaskWait.Segment(id)}/cancel", [], cancel);
        var task = Call.Read<TaskView>(answer);
        var ended = TaskStates.TryParse(task.State, out var state) && state.IsFinal();
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            call.Say(ended ? TaskResult.Sentence(task) : $"task {task.Id} of {task.Agent}: asked to end ({task.State})");
        }

        return ended && state != TaskState.Cancelled ? ExitCodes.Negative : ExitCodes.Ok;
    }
}
