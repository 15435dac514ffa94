using System.CommandLine;
using Creel.Commands.Agents;
using Creel.Commands.Audits;
using Creel.Commands.Boards;
using Creel.Commands.Boot;
using Creel.Commands.Channels;
using Creel.Commands.Compat;
using Creel.Commands.Devices;
using Creel.Commands.Gateway;
using Creel.Commands.Habitats;
using Creel.Commands.Images;
using Creel.Commands.Outbound;
using Creel.Commands.Provisioning;
using Creel.Commands.Rendering;
using Creel.Commands.Routes;
using Creel.Commands.Sessions;
using Creel.Commands.Spending;
using Creel.Commands.Streams;
using Creel.Commands.Tasks;
using Creel.Commands.Templates;
using Creel.Commands.Tools;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary>The command line as a whole: every verb is in the list below, and nowhere else.</summary>
internal sealed class Cli(CommandIo io, CliParts parts)
{
    private readonly GlobalOptions globals = new();

    /// <summary>Parses and runs; answers with the exit code. Throws nothing but bugs.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandIo io, CliParts parts, CancellationToken cancel)
    {
        var cli = new Cli(io, parts);
        var root = cli.Build();
        var parsed = root.Parse(
            CommandTail.Mark(root, WaitOption.Rewrite(args)),
            new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = true }
        );
        var report = new ErrorReport(io, parsed.GetResult(cli.globals.Json) is { Implicit: false });
        if (parsed.Errors.Count > 0 || UsageErrors.Stray(parsed) is not null)
        {
            return UsageErrors.Report(parsed, report);
        }

        try
        {
            var settings = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = io.Out,
                Error = io.Error,
            };
            return await parsed.InvokeAsync(settings, cancel);
        }
        catch (Exception e) when (ErrorReport.Knows(e))
        {
            var code = report.Write(e, parsed);
            return CompatCommand.Owns(parsed) ? CompatCommand.ExitCode(parsed, code) : code;
        }
    }

    public RootCommand Build()
    {
        RootCommand root = new("Creel keeps AI agents apart, alive and in sight.")
        {
            ServeCommand.Build(this),
            UpCommand.Build(this),
            PlanCommand.Build(this),
            DownCommand.Build(this),
            MoveCommand.Build(this),
            PsCommand.Build(this),
            VerifyCommand.Build(this),
            DoctorCommand.Build(this),
            HabitatCommand.Build(this),
            AgentCommand.Build(this),
            BoardCommand.Build(this),
            UserCommand.Build(this),
            ChatCommand.Build(this),
            SessionCommand.Build(this),
            TaskCommand.Build(this),
            ExecCommand.Build(this),
            ShellCommand.Build(this),
            LogsCommand.Build(this),
            ForwardCommand.Build(this),
            RouteCommand.Build(this),
            GatewayCommand.Build(this),
            DeviceCommand.Build(this),
            ToolCommand.Build(this),
            ChannelCommand.Build(this),
            PairingCommand.Build(this),
            AuditCommand.Build(this),
            KeyCommand.Build(this),
            ProxyCommand.Build(this),
            BudgetCommand.Build(this),
            SpendCommand.Build(this),
            PriceCommand.Build(this),
            EgressCommand.Build(this),
            DriverCommand.Build(this),
            ImageCommand.Build(this),
            RenderCommand.Build(this),
            TemplateCommand.Build(this),
            ProvisionCommand.Build(this),
            TokenCommand.Build(this),
            ServiceCommand.Build(this),
            CompletionCommand.Build(this),
            CompleteCommand.Build(this),
            VersionCommand.Build(this),
            CompatCommand.Build(this),
        };
        ExampleHelp.Attach(root, io.Out);
        root.Options.Add(globals.Json);
        root.Options.Add(globals.Url);
        root.Options.Add(globals.Home);
        Runs(
            root,
            (_, _) =>
                Task.FromResult(root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = io.Out, Error = io.Error }))
        );
        return root;
    }

    /// <summary>Gives a verb its body.</summary>
    public Command Runs(Command command, Func<Call, CancellationToken, Task<int>> body)
    {
        command.SetAction(
            async (parsed, cancel) =>
            {
                using var call = new Call(parsed, globals, io, parts);
                try
                {
                    return await body(call, cancel);
                }
                catch (CreelException e) when (UnknownAgent.Is(e.Fault, parsed) is { } agent)
                {
                    throw await UnknownAgent.ExplainAsync(call, agent, e, cancel);
                }
            }
        );
        return command;
    }
}
