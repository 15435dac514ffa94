using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Work;
using Creel.Terminal;

namespace Creel.Commands.Tasks;

/// <summary><c>creel task list</c>: newest first.</summary>
internal static class ListCommand
{
    private sealed record Options(Option<string?> Agent, Option<string[]> State, Option<int> Limit, Option<string?> Before);

    public static Command Build(Cli cli)
    {
        var options = new Options(
            new("--agent", "-a") { Description = "Only this agent's", HelpName = "AGENT" },
            new("--state", "-s") { Description = "Only in this state; may be repeated", HelpName = "STATE" },
            new("--limit", "-n")
            {
                Description = "At most so many",
                HelpName = "COUNT",
                DefaultValueFactory = _ => 20,
            },
            new("--before") { Description = "Only older than this task: the next page", HelpName = "ID" }
        );
        options.State.AcceptOnlyFromAmong([.. Enum.GetValues<TaskState>().Select(state => state.Word())]);
        var command = new Command("list", "List tasks, newest first")
        {
            options.Agent,
            options.State,
            options.Limit,
            options.Before,
        };
        command.Aliases.Add("ls");
        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var limit = call.Value(options.Limit);
        if (limit is < 1 or > 10_000)
        {
            throw new UsageException("--limit takes a number from 1 to 10000");
        }

        var query = new List<string> { $"limit={limit}" };
        if (call.Value(options.Agent) is { } agent)
        {
            query.Add($"agent={Uri.EscapeDataString(agent)}");
        }

        if (call.Value(options.State) is { Length: > 0 } states)
        {
            query.Add($"state={string.Join(',', states)}");
        }

        if (call.Value(options.Before) is { } before)
        {
            query.Add($"before={TaskWait.Segment(before)}");
        }

        var answer = await call.Client.GetAsync($"tasks?{string.Join('&', query)}", cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var now = call.Time.GetUtcNow();
        var table = new TextTable("TASK", "AGENT", "TYPE", "STATE", "FROM", "AGE", "TOOK", "REASON");
        foreach (var task in Call.Read<TasksView>(answer).Tasks ?? [])
        {
            var took = task is { StartedAt: { } from, FinishedAt: { } to }
                ? Words.Milliseconds((to - from).TotalMilliseconds)
                : "";
            var age = task.CreatedAt is { } created ? Words.Span(now - created) : "";
            table.Add(task.Id, task.Agent, task.Type, task.State, task.From, age, took, PlainText.Line(task.Reason, 60));
        }

        if (table.Count == 0)
        {
            call.Say("no tasks");
        }
        else
        {
            call.Show(table);
        }

        return ExitCodes.Ok;
    }
}
