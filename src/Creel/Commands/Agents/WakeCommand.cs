using System.CommandLine;
using Creel.Commands.Sessions;

namespace Creel.Commands.Agents;

/// <summary><c>creel agent wake AGENT</c>: a turn of its own, now.</summary>
internal static class WakeCommand
{
    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var message = new Option<string?>("--message", "-m")
        {
            Description = "What to say; unless said, what its heartbeat asks",
        };
        var command = new Command("wake", "Have an agent look whether there is something to do, and show what it says")
        {
            agent,
            message,
        };
        return cli.Runs(
            command,
            (call, cancel) =>
                new TurnPrinter(call).RunAsync(
                    new
                    {
                        agent = call.Value(agent),
                        message = call.Value(message),
                        wake = true,
                    },
                    cancel
                )
        );
    }
}
