using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Provisioning;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent status AGENT</c>: one agent in full.</summary>
internal static class StatusCommand
{
    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on, every two seconds" };
        var command = new Command("status", "Show one agent: health, counts, open tasks") { agent, watch };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(agent), call.Value(watch), cancel));
    }

    private static async Task<int> RunAsync(Call call, string agent, bool watch, CancellationToken cancel)
    {
        var path = $"agents/{AgentArgument.Segment(agent)}/status";
        if (watch)
        {
            return await Watching.RunAsync(
                call,
                path,
                TimeSpan.FromSeconds(2),
                answer => TextAsync(call, answer, cancel),
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
            call.Say((await TextAsync(call, status, cancel)).TrimEnd('\n'));
        }

        return ExitCodes.Ok;
    }

    private static string Woken(CheckInFacts? facts, DateTimeOffset now) =>
        facts is not { Wakes: > 0 } ? "never"
        : facts.Due is { } due && due > now
            ? $"{Words.Count(facts.Wakes, "time", "times")}, and has {Words.Span(due - now)} to check in"
        : Words.Count(facts.Wakes, "time", "times");

    private static async Task<string> TextAsync(Call call, JsonElement answer, CancellationToken cancel)
    {
        var agent = Call.Read<AgentAnswer>(answer).Agent;
        return agent.Metadata?.Gateway is { } gateway
            ? await ElsewhereAsync(call, agent, gateway, cancel)
            : await HereAsync(call, agent, cancel);
    }

    /// <summary>It has no cell, so nothing of one is shown: what the habitat says of it, how it checks in, and how it stands at its gateway.</summary>
    private static async Task<string> ElsewhereAsync(Call call, AgentView agent, string gateway, CancellationToken cancel)
    {
        var now = call.Time.GetUtcNow();
        var said = (await Elsewhere.AskAsync(call, cancel)).FirstOrDefault(a => a.Id == agent.Id);
        var stands = await Elsewhere.StandingAsync(call, gateway, agent.Id, cancel);
        var facts = new TextTable("AGENT", PlainText.Line(agent.Id));
        facts.Add("name", said?.Name);
        facts.Add("gateway", gateway);
        facts.Add("kind", said?.Kind);
        facts.Add("board", said?.Board);
        facts.Add("standing", stands is null ? null : StandingText.Of(stands, told: true));
        if (stands?.Error is { } error)
        {
            facts.Add("", error);
        }

        facts.Add("status", agent.Status);
        facts.Add("why", agent.CheckIn?.Why);
        facts.Add("woken", Woken(agent.CheckIn, now));
        facts.Add("seen", Words.Ago(agent.LastSeen, now));
        return $"{facts.Text()}{Tasks(agent, now)}";
    }

    private static async Task<string> HereAsync(Call call, AgentView agent, CancellationToken cancel)
    {
        var usage = await AgentUsage.AskAsync(call, cancel);
        var now = call.Time.GetUtcNow();
        var facts = new TextTable("AGENT", PlainText.Line(agent.Id));
        facts.Add("status", agent.Status);
        facts.Add("type", agent.Metadata?.Type);
        facts.Add("capabilities", agent.Metadata?.CapabilityWords());
        facts.Add("seen", Words.Ago(agent.LastSeen, now));
        facts.Add("setup", HealthWords.Setup(agent.Health));
        facts.Add("cpu", usage.Cpu(agent));
        facts.Add("memory", usage.Memory(agent));
        facts.Add("disk", HealthWords.Disk(agent.Health));
        facts.Add("up", HealthWords.Uptime(agent.Health) is { } up ? Words.Span(TimeSpan.FromSeconds(up)) : "");
        facts.Add(
            "tasks",
            agent.Stats is { } stats
                ? $"{stats.TasksReceived} received, {stats.TasksCompleted} ok, {stats.TasksFailed} failed"
                : ""
        );
        return $"{facts.Text()}{Tasks(agent, now)}";
    }

    private static string Tasks(AgentView agent, DateTimeOffset now)
    {
        if (agent.CurrentTasks is not { Count: > 0 } open)
        {
            return "";
        }

        var tasks = new TextTable("OPEN TASK", "TYPE", "FOR");
        foreach (var task in open)
        {
            tasks.Add(task.Id, task.Type, task.StartedAt is { } started ? Words.Span(now - started) : "");
        }

        return $"\n{tasks.Text()}";
    }
}
