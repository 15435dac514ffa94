using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands;

/// <summary><c>creel plan [FILE]</c>: what <c>up</c> would do; nothing is changed.</summary>
internal static class PlanCommand
{
    public static Command Build(Cli cli)
    {
        var file = new Argument<string?>("FILE")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The habitat; without it, the one that is up",
        };
        var lenient = HabitatFile.Lenient();
        var profile = HabitatFile.Profile();
        var command = new Command("plan", "Show what up would do, and do nothing") { file, lenient, profile };
        return cli.Runs(
            command,
            (call, cancel) => RunAsync(call, call.Optional(file), call.Value(lenient), call.Value(profile), cancel)
        );
    }

    private static async Task<int> RunAsync(Call call, string? file, bool lenient, string? profile, CancellationToken cancel)
    {
        var path = HabitatFile.Path(call, file);
        var answer = await HabitatFile.PlanAsync(call, path, lenient, profile, cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var plan = Call.Read<PlanView>(answer);
        if (plan.Steps is { Count: > 0 })
        {
            call.Show(plan.Table());
        }
        else
        {
            call.Say(
                plan.Notes?.Any(n => n.EndsWith("without a restart", StringComparison.Ordinal)) == true
                    ? "no cell changes; what does is below"
                    : "nothing to do: everything is as the habitat says"
            );
        }

        HabitatFile.Remarks(call, plan);
        return ExitCodes.Ok;
    }
}
