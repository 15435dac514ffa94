using System.CommandLine;
using Creel.Adapters.Files;
using Creel.Commands.Boards;
using Creel.Commands.Views;
using Creel.Core;

namespace Creel.Commands.Provisioning;

/// <summary><c>creel provision [FILE]</c>: agents with files of templates, here and at gateways elsewhere, brought to where the habitat wants them.</summary>
internal static class ProvisionCommand
{
    public static Command Build(Cli cli)
    {
        var options = new ProvisionFlags();
        var file = new Argument<string?>("FILE")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The habitat; it must be the one that is up",
        };
        var plan = new Option<bool>("--plan") { Description = "Only show what would be done" };
        var diff = new Option<bool>("--diff") { Description = "With --plan: each file line by line" };
        var prune = new Option<bool>("--prune") { Description = "Take away agents that we made and the habitat no longer names" };
        var seed = new Option<string?>("--as") { Description = "seed: names, texts and calls as the original had them" };
        seed.AcceptOnlyFromAmong("seed");
        var command = new Command(
            "provision",
            "Give agents their files, and bring those at gateways elsewhere to where the habitat wants them"
        )
        {
            file,
            options.Gateway,
            options.Agent,
            plan,
            diff,
            options.Bootstrap,
            options.Reset,
            options.Overwrite,
            options.Rotate,
            options.NoWake,
            prune,
            options.Yes,
            seed,
            ProvisionSyncCommand.Build(cli),
            ProvisionStatusCommand.Build(cli),
        };
        return cli.Runs(
            command,
            async (call, cancel) =>
            {
                await IsUpAsync(call, call.Optional(file), cancel);
                var files = await FilesAsync(call, call.Optional(file), cancel);
                var body = options.Body(call, call.Value(prune), call.Value(diff), call.Value(seed));
                if (call.Value(plan) || call.Value(diff))
                {
                    return await PlanAsync(call, body, cancel);
                }

                // As seed all is written over each time: who asks for that, as the original did, is asked no more than by it.
                var consent = new ProvisionConsent(call, options, files);
                if (call.Value(seed) is null && !await consent.ForRunAsync(call.Value(prune), call.Value(options.Yes), cancel))
                {
                    call.Note("nothing was changed");
                    return ExitCodes.Negative;
                }

                return await ProvisionProgress.ShowAsync(call, "provision", body, cancel);
            }
        );
    }

    /// <exception cref="CreelException">Another habitat is up, or none.</exception>
    private static async Task IsUpAsync(Call call, string? written, CancellationToken cancel)
    {
        if (HabitatFile.Path(call, written) is not { } path)
        {
            return;
        }

        var up = Call.Read<HabitatView>(await call.Client.GetAsync("habitat", cancel)).File;
        if (up is null || RealPath.Of(up) != RealPath.Of(path))
        {
            throw new CreelException(
                Fault.Conflict("not-up", $"{path} is not the habitat that is up; that is {up}", $"creel up {written}")
            );
        }
    }

    /// <summary>Who names the file means what it says: where it is wrong, what was right before is not what was asked for.</summary>
    /// <exception cref="CreelException">It was named, and is wrong.</exception>
    private static async Task<UnheededFiles> FilesAsync(Call call, string? written, CancellationToken cancel)
    {
        var files = await UnheededFiles.AskAsync(call, cancel);
        if (files.Wrong && written is not null)
        {
            throw files.Refusal("that goes on by: creel provision");
        }

        files.Say(call);
        return files;
    }

    /// <summary>What the habitat says wrong comes first: no second try mends it.</summary>
    private static int Exit(IReadOnlyList<ProvisionPlanView> plans)
    {
        var problems = plans
            .SelectMany(p => p.Problems ?? [])
            .Select(p => p.Invalid)
            .Concat(plans.SelectMany(p => p.Agents ?? []).Where(a => a.Error is not null).Select(a => a.Invalid))
            .ToList();
        return problems.Contains(true) ? ExitCodes.Invalid
            : problems.Count > 0 || plans.Any(p => p.Error is not null) ? ExitCodes.Negative
            : ExitCodes.Ok;
    }

    private static async Task<int> PlanAsync(Call call, byte[] body, CancellationToken cancel)
    {
        var answer = await call.Client.SendAsync(HttpMethod.Post, "provision/plan", body, cancel, ProvisionConsent.LongestLook);
        var plans = Call.Read<ProvisionPlansView>(answer).Gateways;
        var exit = Exit(plans);
        if (call.Json)
        {
            call.Print(answer);
            return exit;
        }

        if (plans.Count == 0)
        {
            call.Note("nobody is to be provisioned: no agent here has 'provision', and there is no gateway elsewhere");
            call.Note("  → add one: creel gateway add NAME URL --token-stdin");
        }

        foreach (var line in plans.SelectMany(p => ProvisionPlanText.Lines(p, call.Io.Columns)))
        {
            call.Say(line);
        }

        var planned = plans.SelectMany(p => p.Agents ?? []).Select(a => a.Agent).ToHashSet(StringComparer.Ordinal);
        await MuteLeads.SayAsync(call, planned, cancel);
        return exit;
    }
}
