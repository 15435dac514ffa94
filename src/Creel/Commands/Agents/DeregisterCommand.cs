using System.CommandLine;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent deregister AGENT</c>: the hub forgets it and its tokens.</summary>
internal static class DeregisterCommand
{
    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var command = new Command("deregister", "Forget an agent that registered itself, and its tokens") { agent };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(agent), cancel));
    }

    private static async Task<int> RunAsync(Call call, string agent, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Delete, $"agents/{AgentArgument.Segment(agent)}", null, cancel);
        if (call.Json)
        {
            call.Print(answer);
        }
        else
        {
            call.Say($"{agent} is deregistered");
        }

        return ExitCodes.Ok;
    }
}
