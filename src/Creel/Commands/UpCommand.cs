using System.CommandLine;
using Creel.Commands.Provisioning;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands;

/// <summary><c>creel up FILE</c>: plan, confirm, apply, with progress.</summary>
internal static class UpCommand
{
    private sealed record Options(
        Argument<string?> File,
        Option<bool> Yes,
        Option<bool> Lenient,
        Option<bool> Delete,
        Option<string?> Profile,
        Option<bool> IKnow
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            new("FILE")
            {
                Description =
                    "The habitat to bring up, or its folder (the one that is up; else one here; else ~/.openclaw/openclaw.json)",
                Arity = ArgumentArity.ZeroOrOne,
            },
            YesOption.Make(),
            HabitatFile.Lenient(),
            new("--delete-workspaces") { Description = "Also delete the workspaces of agents that the habitat no longer names" },
            HabitatFile.Profile(),
            new("--i-know") { Description = "UNSAFE: with --profile contract, what it opens is meant" }
        );
        var command = new Command("up", "Bring a habitat up: plan, confirm, apply (with --json an event a line)")
        {
            options.File,
            options.Yes,
            options.Lenient,
            options.Delete,
            options.Profile,
            options.IKnow,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    /// <summary>For who comes while this one is at it.</summary>
    public static string Asker => $"{Environment.UserName} (process {Environment.ProcessId})";

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var file = call.Optional(options.File) is { } named
            ? HabitatFile.Path(call, named)
            : await HabitatFile.UnnamedAsync(call, cancel);
        var lenient = call.Value(options.Lenient);
        var profile = call.Value(options.Profile);
        if (call.Value(options.IKnow) && profile != "contract")
        {
            call.Note("note: --i-know does nothing here: it is for --profile contract");
        }

        if (!call.Json || !call.Value(options.Yes))
        {
            var plan = Call.Read<PlanView>(await HabitatFile.PlanAsync(call, file, lenient, profile, cancel));
            var table = plan.Table();

            // With --yes on a terminal the table that fills says it all.
            if (table.Count > 0 && !(call.Value(options.Yes) && call.Io.OutputIsTerminal))
            {
                (call.Json ? call.Io.Error : call.Io.Out).Write(table.Text() + "\n");
            }

            HabitatFile.Remarks(call, plan);
            if (table.Count > 0 && !call.Value(options.Yes) && !await call.ConfirmAsync("Apply this plan?", cancel))
            {
                call.Note("nothing was changed");
                return ExitCodes.Negative;
            }
        }

        var body = Call.Body(
            new
            {
                file,
                lenient,
                deleteWorkspaces = call.Value(options.Delete),
                profile,
                iKnow = call.Value(options.IKnow),
                by = Asker,
            }
        );
        var exit = await ApplyProgress.ShowAsync(
            call,
            call.Client.LinesAsync(HttpMethod.Post, "habitat/apply", body, cancel),
            cancel
        );
        if (exit == ExitCodes.Ok && !call.Json)
        {
            call.Note("  → see them: creel ps");
            await ProvisionHint.SayAsync(call, cancel);
        }

        return exit;
    }
}
