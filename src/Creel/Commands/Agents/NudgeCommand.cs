using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent nudge AGENT</c>: asks for a sign of it.</summary>
internal static class NudgeCommand
{
    /// <summary>Three times an hour, the longest that a habitat may say, and the ways there.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(4);

    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var wait = new Option<bool>("--wait") { Description = "Until it has checked in, or is given up after three times" };
        return cli.Runs(
            new Command("nudge", "Wake an agent in its own conversation, here or at a gateway elsewhere, to check in")
            {
                agent,
                wait,
            },
            (call, cancel) =>
                Interruption.SayAsync(
                    () => RunAsync(call, call.Value(agent), call.Value(wait), cancel),
                    $"left; if the wake of {call.Value(agent)} has begun, it goes on",
                    $"see whether it has checked in: creel agent status {call.Value(agent)}",
                    cancel
                )
        );
    }

    private static async Task<int> RunAsync(Call call, string agent, bool wait, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(
            HttpMethod.Post,
            $"agents/{AgentArgument.Segment(agent)}/nudge",
            Call.Body(new { wait }),
            cancel,
            wait ? LongestWait : default
        );
        var view = Call.Read<CheckInAnswer>(answer).Agent;
        var code = view.Status == "offline" ? ExitCodes.Negative : ExitCodes.Ok;
        if (call.Json)
        {
            call.Print(answer);
            return code;
        }

        var left = view.Due - call.Time.GetUtcNow();
        call.Say(
            view.Status switch
            {
                "awaited" when left is { } time => $"{agent}: woken; it has {Words.Span(time)} to check in",
                "offline" => $"{agent}: offline: {view.Why}",
                _ => $"{agent}: {view.Status}",
            }
        );
        if (code != ExitCodes.Ok)
        {
            call.Note(
                view.Gateway is { } gateway
                    ? $"  → see whether the gateway works: creel gateway test {gateway}; then what the agent answered there"
                    : $"  → see what it answered: creel chat {agent}"
            );
        }

        return code;
    }
}
