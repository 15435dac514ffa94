using System.CommandLine;
using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent delete ID</c>: out of the roster, with its bindings and its leave to ask others.</summary>
internal static class DeleteCommand
{
    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var yes = YesOption.Make();
        var force = new Option<bool>("--force") { Description = "As --yes" };
        var delete = new Option<bool>("--delete-workspaces", "--delete-files")
        {
            Description = "Also delete the workspace that Creel made for it",
        };
        var command = new Command("delete", "Take an agent out of the habitat, with its bindings") { agent, yes, force, delete };
        return cli.Runs(
            command,
            (call, cancel) => RunAsync(call, call.Value(agent), call.Value(yes) || call.Value(force), call.Value(delete), cancel)
        );
    }

    private static async Task<int> RunAsync(Call call, string agent, bool yes, bool delete, CancellationToken cancel)
    {
        if ((await Elsewhere.AskAsync(call, cancel)).FirstOrDefault(a => a.Id == agent) is { } there)
        {
            return await ElsewhereAsync(call, there, yes, cancel);
        }

        var path = $"habitat/roster/{AgentArgument.Segment(agent)}{(delete ? "?deleteWorkspaces=true" : "")}";
        var question = delete ? $"Delete {agent} and its workspace?" : $"Delete {agent} and its bindings? Its workspace stays.";
        if (!yes && !await call.ConfirmAsync(question, cancel))
        {
            call.Note("nothing was changed");
            return ExitCodes.Negative;
        }

        var answer = await call.Client.SendAsync(HttpMethod.Delete, path, null, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var bindings = answer.GetProperty("removedBindings").GetInt32();
        call.Say($"deleted {agent}{(bindings > 0 ? $", with {bindings} of its bindings" : "")}");
        return ExitCodes.Ok;
    }

    /// <summary>Out of the habitat alone: what is at its gateway is taken away when it is provisioned.</summary>
    private static async Task<int> ElsewhereAsync(Call call, ElsewhereView agent, bool yes, CancellationToken cancel)
    {
        if (!yes && !await call.ConfirmAsync($"Delete {agent.Id} from the habitat? At {agent.Gateway} it stays.", cancel))
        {
            call.Note("nothing was changed");
            return ExitCodes.Negative;
        }

        var path = $"gateways/{AgentArgument.Segment(agent.Gateway)}/agents/{AgentArgument.Segment(agent.Id)}";
        var answer = await call.Client.SendAsync(HttpMethod.Delete, path, null, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var led = answer.TryGetProperty("led", out var boards)
            ? [.. boards.EnumerateArray().Select(b => b.ToString())]
            : new List<string>();
        var without = led.Count > 0 ? $" (nobody leads {string.Join(", ", led)} now)" : "";
        call.Say($"deleted {agent.Id} from the habitat{without}; at {agent.Gateway} it is still there");
        call.Note($"  → take it away there, if Creel made it: creel provision --gateway {agent.Gateway} --prune");
        return ExitCodes.Ok;
    }
}
