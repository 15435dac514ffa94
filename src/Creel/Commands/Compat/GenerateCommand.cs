using System.CommandLine;
using Creel.Commands.Rendering;
using Creel.Core;
using Creel.Core.Rendering.Contract;

namespace Creel.Commands.Compat;

/// <summary>
/// <c>generate-session-services.sh</c> and <c>generate-docker-compose.sh</c>: all that they take comes in variables. Exit 0 or 1.
/// </summary>
internal static class GenerateCommand
{
    public const string Sessions = "generate-session-services";
    public const string Compose = "generate-docker-compose";

    public static Command Build(Cli cli, ContractGenerator generator)
    {
        var name = generator == ContractGenerator.Session ? Sessions : Compose;
        return cli.Runs(
            new Command(name, "The older generator of that name"),
            (call, cancel) => RunAsync(call, generator, cancel)
        );
    }

    private static async Task<int> RunAsync(Call call, ContractGenerator generator, CancellationToken cancel)
    {
        var dryRun = call.Io.Variable("DRY_RUN") is { Length: > 0 };
        switch (call.Io.Variable("CREEL_PROFILE"))
        {
            case null or "" or "contract":
                break;
            case "hardened":
                return await HardenedGenerator.RunAsync(call, generator, Folder(call, generator), dryRun, cancel);
            case var other:
                throw new CreelException(
                    Fault.Invalid("profile", $"CREEL_PROFILE is '{other}'", "It is one of: contract (the default), hardened")
                );
        }

        var variables = ContractVariables.Read(call.Io.Variable);
        var folder = Folder(call, generator);
        var files = ContractRun.Write(call, generator, variables, folder, dryRun);
        if (files.Count == 0 || dryRun)
        {
            return ExitCodes.Ok;
        }

        if (generator == ContractGenerator.Session)
        {
            await call.Parts.Contract.StartUnits(folder, files, [], cancel);
        }
        else
        {
            await call.Parts.Contract.StartCompose(folder, cancel);
        }

        return ExitCodes.Ok;
    }

    private static string Folder(Call call, ContractGenerator generator)
    {
        string? Text(string name) => call.Io.Variable(name) is { Length: > 0 } value ? value : null;
        return call.FullPath(
            generator == ContractGenerator.Session
                ? Text("SESSION_OUTPUT_DIR") ?? "/etc/systemd/system"
                : Text("COMPOSE_OUTPUT_DIR") ?? $"/home/{Text("USERNAME") ?? "bot"}"
        );
    }
}
