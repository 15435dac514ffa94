using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent list</c>: who is there, declared or registered.</summary>
internal static class ListCommand
{
    /// <summary>Of a reason; the whole of it is in <c>--json</c> and in <c>creel agent status</c>.</summary>
    private const int LongestWhy = 200;

    public static Command Build(Cli cli)
    {
        var bindings = new Option<bool>("--bindings") { Description = "The roster, with files, models and what goes to each" };
        var command = cli.Runs(
            new Command("list", "List agents") { bindings },
            (call, cancel) => call.Value(bindings) ? BindingsCommand.ListAsync(call, cancel) : RunAsync(call, cancel)
        );
        command.Aliases.Add("ls");
        return command;
    }

    private static async Task<int> RunAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.GetAsync("agents", cancel);
        var elsewhere = await Elsewhere.AskWithSignsAsync(call, cancel);
        if (call.Json)
        {
            call.Print(Elsewhere.Beside(answer, elsewhere));
            return ExitCodes.Ok;
        }

        var agents = Call.Read<AgentsView>(answer).Agents ?? [];
        if (agents.Count == 0 && elsewhere.Count == 0)
        {
            call.Say("no agents");
            call.Note($"  → {await NobodyThere.RemedyAsync(call, cancel)}");
            return ExitCodes.Ok;
        }

        var usage = await AgentUsage.AskAsync(call, cancel);
        var now = call.Time.GetUtcNow();
        var table = new TextTable("AGENT", "STATUS", "TYPE", "CPU", "MEMORY", "TASKS", "SEEN");
        foreach (var agent in agents)
        {
            table.Add(
                agent.Id,
                agent.Status,
                agent.Metadata?.Type,
                usage.Cpu(agent),
                usage.Memory(agent),
                Tasks(agent),
                Words.Ago(agent.LastSeen, now)
            );
        }

        if (agents.Count > 0)
        {
            call.Show(table);
        }

        if (elsewhere.Count > 0)
        {
            Show(call, elsewhere, now);
        }

        return ExitCodes.Ok;
    }

    /// <summary>Of those at gateways elsewhere the habitat knows who they are to be, and we whether they call.</summary>
    private static void Show(Call call, IReadOnlyList<ElsewhereView> elsewhere, DateTimeOffset now)
    {
        var table = new TextTable("AGENT", "GATEWAY", "STATUS", "NAME", "KIND", "BOARD", "FILES", "SEEN");
        foreach (var agent in elsewhere)
        {
            table.Add(
                agent.Id,
                agent.Gateway,
                agent.Status,
                agent.Name,
                agent.Kind,
                agent.Board ?? "",
                agent.Files ? "ours" : "left as they are",
                Words.Ago(agent.LastSeen, now)
            );
        }

        call.Show(table);
        foreach (var same in elsewhere.Where(a => a.Why is not null).GroupBy(a => (a.Status, a.Why)))
        {
            var why = PlainLine.Of(same.Key.Why, int.MaxValue);
            var shown = why.Length <= LongestWhy ? why : $"{PlainLine.Of(why, LongestWhy)}…";
            // However many they are: the reason stands at the end.
            call.Note(PlainText.Line($"{string.Join(", ", same.Select(a => a.Id))}: {same.Key.Status}: {shown}", int.MaxValue));
        }
    }

    private static string Tasks(AgentView agent)
    {
        List<string> words = [];
        if (agent.CurrentTasks is { Count: > 0 } current)
        {
            words.Add($"{current.Count} open");
        }

        if (agent.Stats is { } stats)
        {
            words.Add($"{stats.TasksCompleted} ok");
            words.Add($"{stats.TasksFailed} failed");
        }

        return string.Join(", ", words);
    }
}
