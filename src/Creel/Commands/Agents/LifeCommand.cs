using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent start|stop|restart AGENT</c>: the cell that it lives in, with all who share it.</summary>
internal static class LifeCommand
{
    private sealed record Answer(CellView? Cell);

    public static Command Build(Cli cli, string verb, string description)
    {
        var agent = AgentArgument.Make();
        return cli.Runs(
            new Command(verb, description) { agent },
            (call, cancel) => RunAsync(call, call.Value(agent), verb, cancel)
        );
    }

    private static async Task<int> RunAsync(Call call, string agent, string verb, CancellationToken cancel)
    {
        if (!call.Json && verb == "stop" && await StoppedAsync(call, agent, cancel))
        {
            call.Say($"{agent}: already stopped");
            return ExitCodes.Ok;
        }

        var answer = await call.Client.SendAsync(HttpMethod.Post, $"agents/{AgentArgument.Segment(agent)}/{verb}", [], cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var cell = Call.Read<Answer>(answer).Cell;
        var others = cell?.Agents?.Where(other => other != agent).ToList() ?? [];
        var shared = others.Count > 0 ? $" (with {string.Join(", ", others)}, in the same cell)" : "";
        call.Say($"{agent}: {cell?.State ?? verb}{shared}");
        return ExitCodes.Ok;
    }

    private static async Task<bool> StoppedAsync(Call call, string agent, CancellationToken cancel)
    {
        var cells = Call.Read<CellsView>(await call.Client.GetAsync("cells", cancel)).Cells ?? [];
        return cells.Any(cell => cell.State == "stopped" && cell.Agents?.Contains(agent) == true);
    }
}
