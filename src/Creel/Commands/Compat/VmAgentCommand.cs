using System.CommandLine;
using Creel.Commands.Agents;
using Creel.Commands.Streams;
using Creel.Core;

namespace Creel.Commands.Compat;

/// <summary><c>vm-agent</c>: the verbs of the older command line, on cells instead of virtual machines.</summary>
internal static class VmAgentCommand
{
    public static Command Build(Cli cli) =>
        new("vm-agent", "The older command line for virtual machines")
        {
            VmAgentList.Build(cli),
            VmAgentStatus.Build(cli),
            VmAgentTask.Build(cli),
            Exec(cli),
            Logs(cli),
            Shell(cli),
            Life(cli, "start"),
            Life(cli, "stop"),
            Destroy(cli),
            NeedsVm.Build(cli, "create", "Make a virtual machine with an agent"),
            NeedsVm.Build(cli, "snapshot", "Save a virtual machine"),
            NeedsVm.Build(cli, "restore", "Bring a saved virtual machine back"),
            NeedsVm.Build(cli, "profiles", "Profiles of virtual machines"),
        };

    public static Argument<string> AgentName() => new(AgentArgument.Name) { Description = "The agent's name" };

    private static Command Exec(Cli cli)
    {
        var name = AgentName();
        var words = new Argument<string[]>("COMMAND") { Description = "The command line", Arity = ArgumentArity.OneOrMore };
        var sudo = new Option<bool>("--sudo") { Description = "Through sudo, where the cell has one" };
        var timeout = new Option<long>("--timeout")
        {
            Description = "Milliseconds",
            HelpName = "MS",
            DefaultValueFactory = _ => 300_000,
        };
        var command = new Command("exec", "Run a command line in the agent's cell") { name, words, sudo, timeout };

        // ls -la, without --, was understood.
        command.TreatUnmatchedTokensAsErrors = false;
        return cli.Runs(
            command,
            async (call, cancel) =>
            {
                // One line for a shell, as it used to be; but the cell's shell, and never the host's.
                string[] line = ["/bin/sh", "-c", string.Join(' ', call.Value(words))];
                using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                over.CancelAfter(TimeSpan.FromMilliseconds(Math.Clamp(call.Value(timeout), 1, int.MaxValue)));
                try
                {
                    string[] program = call.Value(sudo) ? ["sudo", "-n", "--", .. line] : line;
                    return await ExecCommand.RunAsync(
                        call,
                        call.Value(name),
                        program,
                        !call.Io.InputIsTerminal,
                        raw: false,
                        over.Token
                    );
                }
                catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
                {
                    throw new CreelException(
                        new Fault(FaultKind.Timeout, "exec-timeout", $"the command did not end within {call.Value(timeout)} ms")
                    );
                }
            }
        );
    }

    private static Command Logs(Cli cli)
    {
        var name = AgentName();
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes" };
        var lines = new Option<int>("--lines", "-n")
        {
            Description = "Start so many lines before the end",
            DefaultValueFactory = _ => 100,
        };
        var command = new Command("logs", "Show the log of an agent's runtime") { name, follow, lines };
        return cli.Runs(
            command,
            (call, cancel) => LogsCommand.RunAsync(call, call.Value(name), call.Value(follow), call.Value(lines), cancel)
        );
    }

    private static Command Shell(Cli cli)
    {
        var name = AgentName();
        var command = new Command("shell", "Open a terminal in the agent's cell") { name };
        return cli.Runs(command, (call, cancel) => ShellCommand.RunAsync(call, call.Value(name), [], cancel));
    }

    private static Command Life(Cli cli, string verb)
    {
        var name = AgentName();
        return cli.Runs(
            new Command(verb, $"{char.ToUpperInvariant(verb[0])}{verb[1..]} the agent's cell") { name },
            async (call, cancel) =>
            {
                await call.Client.SendAsync(
                    HttpMethod.Post,
                    $"agents/{AgentArgument.Segment(call.Value(name))}/{verb}",
                    [],
                    cancel
                );
                call.Say($"Agent {call.Value(name)} {(verb == "start" ? "started" : "stopped")}");
                return ExitCodes.Ok;
            }
        );
    }

    private static Command Destroy(Cli cli)
    {
        var name = AgentName();
        var force = new Option<bool>("--force", "-f") { Description = "Don't ask" };
        var command = new Command("destroy", "Take the agent out of the habitat; its workspace stays") { name, force };
        return cli.Runs(
            command,
            (call, cancel) => DestroyCommand.RunAsync(call, call.Value(name), call.Value(force), delete: false, cancel)
        );
    }
}
