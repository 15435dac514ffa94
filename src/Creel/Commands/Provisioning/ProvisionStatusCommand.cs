using System.CommandLine;
using Creel.Core;

namespace Creel.Commands.Provisioning;

/// <summary><c>creel provision status</c>: where each agent at a gateway stands, and what to do.</summary>
internal static class ProvisionStatusCommand
{
    public static Command Build(Cli cli) =>
        cli.Runs(
            new Command("status", "Where each agent at a gateway stands, why, and when it goes on"),
            async (call, cancel) =>
            {
                var answer = await call.Client.GetAsync("provision", cancel);
                if (call.Json)
                {
                    call.Print(answer);
                    return ExitCodes.Ok;
                }

                var agents = Call.Read<StandingsView>(answer).Agents;
                if (agents.Count == 0)
                {
                    await IsUpAsync(call, cancel);
                    call.Note("the habitat has no agent at a gateway elsewhere");
                    return ExitCodes.Ok;
                }

                call.Show(StandingText.Table(agents, call.Time));
                StandingText.Remedies(call, agents);
                if (agents.Any(a => a.Standing == "new"))
                {
                    call.Note("  → what is new in the habitat is brought there by: creel provision");
                }

                return ExitCodes.Ok;
            }
        );

    /// <exception cref="CreelException">No habitat is up: who is nowhere wanted stands nowhere.</exception>
    private static async Task IsUpAsync(Call call, CancellationToken cancel)
    {
        try
        {
            await call.Client.GetAsync("habitat", cancel);
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            throw new CreelException(Fault.Unavailable("nothing-up", "no habitat is up", "creel up habitat.json5"), e);
        }
    }
}
