using System.CommandLine;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent rotate-token AGENT</c>: another token for an agent at a gateway elsewhere. It is shown to nobody.</summary>
internal static class RotateTokenCommand
{
    private sealed record Answer(string Agent, string Gateway, DateTimeOffset OthersUntil);

    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        return cli.Runs(
            new Command(
                "rotate-token",
                "Write another token into the TOOLS.md of an agent elsewhere (at newer gateways AGENTS.md), and end the old one"
            )
            {
                agent,
            },
            (call, cancel) => RunAsync(call, call.Value(agent), cancel)
        );
    }

    private static async Task<int> RunAsync(Call call, string agent, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(
            HttpMethod.Post,
            $"agents/{AgentArgument.Segment(agent)}/rotate-token",
            [],
            cancel
        );
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var view = Call.Read<Answer>(answer);
        var overlap = Words.Span(view.OthersUntil - call.Time.GetUtcNow());
        call.Say($"{agent} has another token at {view.Gateway}; the old one ends when it uses that, or in {overlap}");
        return ExitCodes.Ok;
    }
}
