using System.CommandLine;
using System.Text;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Compat;

/// <summary><c>vm-agent status</c>: the old blocks, every five seconds with <c>-w</c>.</summary>
internal static class VmAgentStatus
{
    public static Command Build(Cli cli)
    {
        var name = VmAgentCommand.AgentName();
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on, every five seconds" };
        var command = new Command("status", "Show one agent") { name, watch };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(name), call.Value(watch), cancel));
    }

    private static async Task<int> RunAsync(Call call, string name, bool watch, CancellationToken cancel)
    {
        var path = $"agents/{AgentArgument.Segment(name)}/status";
        if (watch)
        {
            return await Watching.RunAsync(
                call,
                path,
                TimeSpan.FromSeconds(5),
                answer => Task.FromResult(Blocks(answer)),
                cancel
            );
        }

        var status = await call.Client.GetAsync(path, cancel);
        if (call.Json)
        {
            call.Print(status);
        }
        else
        {
            call.Say(Blocks(status).TrimEnd('\n'));
        }

        return ExitCodes.Ok;
    }

    private static string Blocks(JsonElement answer)
    {
        var agent = Call.Read<AgentAnswer>(answer).Agent;
        var text = new StringBuilder();
        Block(
            text,
            "Agent",
            ("Name", agent.Id),
            ("Status", agent.Status),
            ("Type", agent.Metadata?.Type),
            ("Last seen", $"{agent.LastSeen:u}")
        );
        Block(
            text,
            "Resources",
            ("CPU", HealthWords.Cpu(agent.Health)),
            ("Memory", HealthWords.MemoryPercent(agent.Health)),
            ("Disk", HealthWords.Disk(agent.Health)),
            ("Uptime", VmAgentList.Uptime(HealthWords.Uptime(agent.Health)))
        );
        Block(
            text,
            "Statistics",
            ("Tasks received", $"{agent.Stats?.TasksReceived ?? 0}"),
            ("Tasks completed", $"{agent.Stats?.TasksCompleted ?? 0}"),
            ("Tasks failed", $"{agent.Stats?.TasksFailed ?? 0}")
        );
        Block(text, "Active tasks", [.. (agent.CurrentTasks ?? []).Select(task => (task.Id, task.Type))]);
        Block(text, "Capabilities", ("", agent.Metadata?.CapabilityWords()));
        return text.ToString();
    }

    private static void Block(StringBuilder text, string title, params (string Name, string? Value)[] facts)
    {
        text.Append(title).Append('\n');
        foreach (var (name, value) in facts.DefaultIfEmpty(("", "none")))
        {
            var shown = PlainText.Line(value) is { Length: > 0 } known ? known : "N/A";
            text.Append("  ").Append(name.Length > 0 ? $"{PlainText.Line(name)}: " : "").Append(shown).Append('\n');
        }
    }
}
