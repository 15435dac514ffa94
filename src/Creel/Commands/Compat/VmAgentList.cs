using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Compat;

/// <summary><c>vm-agent list</c>: the old table.</summary>
internal static class VmAgentList
{
    public static Command Build(Cli cli)
    {
        var status = new Option<string?>("--status", "-s") { Description = "Only online or offline", HelpName = "STATUS" };
        var type = new Option<string?>("--type", "-t") { Description = "Only of this type", HelpName = "TYPE" };
        var command = new Command("list", "List agents") { status, type };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(status), call.Value(type), cancel));
    }

    /// <summary><c>3h 25m</c>, <c>7m</c>; <c>N/A</c> when unknown.</summary>
    public static string Uptime(double? seconds)
    {
        if (seconds is not { } known)
        {
            return "N/A";
        }

        var minutes = (long)Math.Max(0, known) / 60;
        return minutes >= 60 ? $"{minutes / 60}h {minutes % 60}m" : $"{minutes}m";
    }

    private static async Task<int> RunAsync(Call call, string? status, string? type, CancellationToken cancel)
    {
        var all = Call.Read<AgentsView>(await call.Client.GetAsync("agents", cancel)).Agents ?? [];
        var agents = all.Where(agent =>
                (status is null || agent.Status == status) && (type is null || agent.Metadata?.Type == type)
            )
            .ToList();
        if (call.Json)
        {
            call.Print(new { agents });
            return ExitCodes.Ok;
        }

        if (agents.Count == 0)
        {
            call.Say("No agents found");
            return ExitCodes.Ok;
        }

        var table = new TextTable("Name", "Status", "Type", "CPU", "Memory", "Tasks", "Uptime");
        foreach (var agent in agents)
        {
            table.Add(
                agent.Id,
                agent.Status,
                agent.Metadata?.Type,
                Known(HealthWords.Cpu(agent.Health)),
                Known(HealthWords.MemoryPercent(agent.Health)),
                $"{agent.CurrentTasks?.Count ?? 0}",
                Uptime(HealthWords.Uptime(agent.Health))
            );
        }

        call.Show(table);
        call.Say($"\nTotal: {agents.Count} agents");
        return ExitCodes.Ok;
    }

    private static string Known(string figure) => figure.Length > 0 ? figure : "N/A";
}
