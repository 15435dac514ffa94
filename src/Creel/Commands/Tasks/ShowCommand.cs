using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands.Tasks;

/// <summary><c>creel task show ID</c>: its state and what it gave.</summary>
internal static class ShowCommand
{
    public static Command Build(Cli cli)
    {
        var id = new Argument<string>("TASK") { Description = "The task's id" };
        var wait = WaitOption.Make();
        var watch = new Option<bool>("--watch", "-w") { Description = "Show its output as it comes, and wait for its end" };
        var text = SendCommand.TextOption();
        var command = new Command("show", "Show a task and what it gave") { id, wait, watch, text };
        return cli.Runs(
            command,
            (call, cancel) =>
                RunAsync(call, call.Value(id), WaitOption.Of(call.Value(wait)), call.Value(watch), call.Value(text), cancel)
        );
    }

    private static async Task<int> RunAsync(Call call, string id, TimeSpan? wait, bool watch, bool text, CancellationToken cancel)
    {
        if (watch || wait is not null)
        {
            return await TaskWait.SayOnInterrupt(
                id,
                async () =>
                    watch
                        ? await TaskWatch.RunAsync(call, id, wait, cancel)
                        : TaskResult.Show(call, await TaskWait.ForEndAsync(call, id, wait!.Value, cancel), textOnly: text),
                cancel
            );
        }

        // Without waiting the question is only what it is like: any state is a good answer.
        TaskResult.Show(call, await call.Client.GetAsync($"tasks/{TaskWait.Segment(id)}", cancel), textOnly: text);
        return ExitCodes.Ok;
    }
}
