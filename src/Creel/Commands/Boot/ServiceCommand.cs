using System.CommandLine;
using System.Globalization;
using Creel.Core;

namespace Creel.Commands.Boot;

/// <summary><c>creel service install|uninstall|status</c>: <c>creel serve</c> starts with the machine.</summary>
internal static class ServiceCommand
{
    private sealed record Options(
        Option<string> Name,
        Option<bool> DryRun,
        Option<string?> Target,
        Option<int?> Http,
        Option<int?> Ws,
        Option<int?> Gateway,
        Option<string?> Run,
        Option<string[]> Names
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            Name(),
            new("--dry-run") { Description = "Print what would be written, and do nothing" },
            new("--target") { Description = "With --dry-run: systemd or launchd, whichever this machine has" },
            new("--http-port") { Description = "As for serve" },
            new("--ws-port") { Description = "As for serve" },
            new("--gateway-port") { Description = "As for serve" },
            new("--run-dir") { Description = "As for serve", HelpName = "FOLDER" },
            ServeCommand.Names("As for serve")
        );
        options.Target.AcceptOnlyFromAmong("systemd", "launchd");
        var install = cli.Runs(
            new Command("install", "Have the system start serve, now and with the machine")
            {
                options.Name,
                options.DryRun,
                options.Target,
                options.Http,
                options.Ws,
                options.Gateway,
                options.Run,
                options.Names,
            },
            (call, cancel) => InstallAsync(call, options, cancel)
        );
        var (gone, seen) = (Name(), Name());
        var uninstall = cli.Runs(
            new Command("uninstall", "End serve, and have the system start it no more; cells go on") { gone },
            async (call, cancel) =>
            {
                var state = await call.Parts.Boot!.UninstallAsync(call.Value(gone)!, cancel);
                Tell(
                    call,
                    state,
                    state.Removed
                        ? $"is started by the system no more{Of(state)}"
                        : $"was not started by the system as {call.Value(gone)}: nothing to do"
                );
                return ExitCodes.Ok;
            }
        );
        var status = cli.Runs(
            new Command("status", "Whether the system starts serve, and how it is (exit 1: it does not run)") { seen },
            async (call, cancel) =>
            {
                var state = await call.Parts.Boot!.StatusAsync(call.Value(seen)!, cancel);
                Tell(call, state, state.File is null ? "is not started by the system" : Words(state));
                return state.State is "active" or "written" ? ExitCodes.Ok : ExitCodes.Negative;
            }
        );
        return new Command("service", "Start serve with the machine: install, uninstall, status")
        {
            Subcommands = { install, uninstall, status },
        };
    }

    private static async Task<int> InstallAsync(Call call, Options options, CancellationToken cancel)
    {
        List<string> arguments = ["serve"];
        Add("--http-port", call.Value(options.Http)?.ToString(CultureInfo.InvariantCulture));
        Add("--ws-port", call.Value(options.Ws)?.ToString(CultureInfo.InvariantCulture));
        Add("--gateway-port", call.Value(options.Gateway)?.ToString(CultureInfo.InvariantCulture));
        Add("--run-dir", call.Value(options.Run) is { } run ? call.FullPath(run) : null);
        foreach (var name in call.Value(options.Names) ?? [])
        {
            Add("--host-name", name);
        }

        var order = new BootOrder(call.Value(options.Name)!, Environment.ProcessPath!, arguments, call.Home);
        if (call.Value(options.DryRun))
        {
            var text = call.Parts.Boot!.Text(order, call.Value(options.Target));
            if (call.Json)
            {
                call.Print(
                    new
                    {
                        order.Name,
                        order.Home,
                        text,
                    }
                );
            }
            else
            {
                call.Io.Out.Write(text);
            }

            return ExitCodes.Ok;
        }

        if (call.Value(options.Target) is not null)
        {
            throw new UsageException("--target is for --dry-run: what is installed is what this machine has", "add --dry-run");
        }

        var state = await call.Parts.Boot!.InstallAsync(order, cancel);
        Tell(call, state, Words(state));
        return state.State is "active" or "activating" or "written" ? ExitCodes.Ok : ExitCodes.ApplyFailed;

        void Add(string option, string? value) => arguments.AddRange(value is null ? [] : [option, value]);
    }

    private static void Tell(Call call, BootState state, string words)
    {
        if (call.Json)
        {
            call.Print(state);
            return;
        }

        call.Say($"serve {words}");
        foreach (var hint in state.Hints)
        {
            call.Note($"  → {hint}");
        }
    }

    private static string Words(BootState state) =>
        $"is {state.State}, and {(state.Enabled ? "starts" : "does not start")} with the machine ({state.File}{Of(state)})";

    private static string Of(BootState state) => state.Home is { } home ? $", home {home}" : "";

    private static Option<string> Name()
    {
        var option = new Option<string>("--name")
        {
            Description = "What the system calls it, for a second Creel with a home of its own",
            DefaultValueFactory = _ => "creel",
        };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && !(token.Value.Length <= 64 && token.Value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            )
            {
                result.AddError("--name takes letters, digits, '-' and '_'");
            }
        });
        return option;
    }
}
