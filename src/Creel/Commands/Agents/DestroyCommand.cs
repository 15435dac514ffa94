using System.CommandLine;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent destroy AGENT</c>: out of the habitat; its workspace stays unless asked otherwise.</summary>
internal static class DestroyCommand
{
    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var yes = YesOption.Make();
        var delete = new Option<bool>("--delete-workspaces") { Description = "Also delete its workspace" };
        var command = new Command("destroy", "Stop an agent and take it out of the habitat") { agent, yes, delete };
        return cli.Runs(
            command,
            (call, cancel) => RunAsync(call, call.Value(agent), call.Value(yes), call.Value(delete), cancel)
        );
    }

    public static async Task<int> RunAsync(Call call, string agent, bool yes, bool delete, CancellationToken cancel)
    {
        var path = $"habitat/agents/{AgentArgument.Segment(agent)}{(delete ? "?deleteWorkspaces=true" : "")}";
        if (
            !yes
            && !await call.ConfirmAsync(
                delete ? $"Destroy {agent} and DELETE its workspace?" : $"Destroy {agent}? Its workspace stays.",
                cancel
            )
        )
        {
            call.Note("nothing was changed");
            return ExitCodes.Negative;
        }

        var events = call.Client.LinesAsync(HttpMethod.Delete, path, null, cancel);
        return await ApplyProgress.ShowAsync(call, events, cancel, $"add it again: creel agent create {agent}");
    }
}
