using System.CommandLine;
using System.Text;
using Creel.Commands.Tasks;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands.Compat;

/// <summary><c>vm-agent task NAME JSON</c>: with <c>--wait</c> the result is shown, which the old one never had.</summary>
internal static class VmAgentTask
{
    private sealed record Options(Argument<string> Name, Argument<string> Json, Option<bool> Wait, Option<long> Timeout);

    public static Command Build(Cli cli)
    {
        var options = new Options(
            VmAgentCommand.AgentName(),
            new("JSON") { Description = "The task" },
            new("--wait") { Description = "Wait for its end" },
            new("--timeout")
            {
                Description = "Wait at most so many milliseconds",
                HelpName = "MS",
                DefaultValueFactory = _ => 300_000,
            }
        );
        var command = new Command("task", "Give an agent a task") { options.Name, options.Json, options.Wait, options.Timeout };
        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var json = SendCommand.Check(Encoding.UTF8.GetBytes(call.Value(options.Json)));
        var path = $"agents/{AgentArgument.Segment(call.Value(options.Name))}/task";
        var submitted = Call.Read<SubmittedView>(await call.Client.SendAsync(HttpMethod.Post, path, json, cancel));
        if (!call.Json)
        {
            call.Say($"Task ID: {submitted.TaskId}");
        }

        if (!call.Value(options.Wait))
        {
            if (call.Json)
            {
                call.Print(submitted);
            }

            return ExitCodes.Ok;
        }

        var limit = TimeSpan.FromMilliseconds(Math.Clamp(call.Value(options.Timeout), 1, int.MaxValue));
        var task = await TaskWait.ForEndAsync(call, submitted.TaskId, limit, cancel);
        var code = TaskResult.Show(call, task);

        // The old one ended with 0 when its patience did.
        return TaskWait.IsFinal(task) ? CompatCommand.ExitCode(code) : ExitCodes.Ok;
    }
}
