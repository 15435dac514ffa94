using System.Globalization;
using Creel.Commands.Outbound;
using Creel.Commands.Streams;
using Creel.Core;

namespace Creel.Commands.Compat.Containers;

/// <summary><c>manage.sh</c>: agents by number, in cells instead of containers.</summary>
internal static class Manage
{
    private const string Usage = """
        Usage: ./manage.sh <command> [args]

        General:
          build                 Build all images
          up                    Start all containers (proxy + openclaw)
          down                  Stop and remove all containers
          status                Show all container status
          clean                 Stop all containers, remove images and volumes

        OpenClaw containers:
          connect <N>           Open bash shell in openclaw-N
          run <N> [msg]         Launch OpenClaw agent in openclaw-N
          gateway <N>           Show what the gateway in openclaw-N says
          dashboard <N>         Bring its web page to this machine, until Ctrl-C
          onboard <N>           Run OpenClaw onboarding wizard in openclaw-N
          add <N>               Add a new openclaw-N container
          rm <N>                Remove openclaw-N container
          logs <N>              Tail logs for openclaw-N
          exec <N> <cmd>        Run command in openclaw-N

        Moltbook:
          moltbook-install <N>        Download Moltbook skill into openclaw-N

        Proxy:
          proxy-logs            Tail API proxy logs
        """;

    /// <summary>How to bring back what does not run.</summary>
    public const string Start = " Start with: ./manage.sh up";

    private static readonly string[] Numbered =
    [
        "connect",
        "run",
        "gateway",
        "dashboard",
        "onboard",
        "add",
        "rm",
        "logs",
        "exec",
        "moltbook-install",
    ];

    public static async Task<int> RunAsync(Call call, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var verb = words.FirstOrDefault() ?? "";
        if (Numbered.Contains(verb))
        {
            var number =
                Claw.NumberOf(words.ElementAtOrDefault(1) ?? "")
                ?? throw Bridge.Wrong($"./manage.sh {verb} <N>\n  <N> is a number from 1 to {Claw.Most}");
            return await NumberedAsync(call, verb, number, [.. words.Skip(2)], cancel);
        }

        switch (verb)
        {
            case "build":
                call.Say("Nothing to build: a cell has the programs of this machine.");
                call.Note("  → for agents with isolation: \"container\": creel image build");
                return ExitCodes.Ok;
            case "up":
                return await ProjectUp.UpAsync(call, cancel);
            case "down":
                call.Say("Stopping all containers...");
                return await ProjectUp.DownAsync(call, delete: false, cancel);
            case "clean":
                call.Say("Stopping all containers, removing images and volumes...");
                var exit = await ProjectUp.DownAsync(call, delete: true, cancel);
                call.Say(exit == ExitCodes.Ok ? "Done." : "");
                return exit;
            case "status":
                return await StatusAsync(call, cancel);
            case "proxy-logs":
                return await ProxyCommand.LogAsync(call, denied: false, group: null, follow: true, cancel);
            default:
                call.Say(Usage);
                return verb is "help" or "--help" or "-h" ? ExitCodes.Ok : ExitCodes.Usage;
        }
    }

    public static async Task<int> StatusAsync(Call call, CancellationToken cancel)
    {
        call.Say("\nContainer status:");
        call.Show(await ClawStatus.TableAsync(call, proxy: true, ports: false, cancel));
        return ExitCodes.Ok;
    }

    private static async Task<int> NumberedAsync(
        Call call,
        string verb,
        int number,
        IReadOnlyList<string> rest,
        CancellationToken cancel
    )
    {
        switch (verb)
        {
            case "add":
                return await ProjectUp.AddAsync(call, number, cancel);
            case "rm":
                return await ProjectUp.RemoveAsync(call, number, cancel);
            case "run" when rest.Count == 0 || rest.All(word => word.Length == 0):
                throw Bridge.Wrong(
                    $"./manage.sh run <N> <message>\n  A message is required (OpenClaw agent --local requires -m).\n"
                        + $"  For interactive shell: ./manage.sh connect {number}"
                );
            case "exec" when rest.Count == 0:
                throw Bridge.Wrong("./manage.sh exec <N> <cmd>");
        }

        var start = verb == "moltbook-install" ? "" : Start;
        var claw = await Script.RunningAsync(call, number.ToString(CultureInfo.InvariantCulture), start, cancel);
        return verb switch
        {
            "run" => await SayAsync(call, claw, string.Join(' ', rest), cancel),
            "connect" => await ShellCommand.RunAsync(call, claw.Id, ["bash"], cancel),
            "exec" => await ExecAsync(call, claw, rest, cancel),
            "logs" => await LogsCommand.RunAsync(call, claw.Id, follow: true, lines: 100, cancel),
            "onboard" => await OnboardAsync(call, claw, cancel),
            "gateway" => await GatewayAsync(call, claw, cancel),
            "dashboard" => await DashboardAsync(call, claw, cancel),
            _ => await Moltbook.InstallAsync(call, claw, rest, cancel),
        };
    }

    private static async Task<int> SayAsync(Call call, Claw claw, string message, CancellationToken cancel)
    {
        call.Say($"Launching OpenClaw agent in {claw.Id}...");
        var task = await ClawTurn.StartAsync(call, claw, message, session: null, timeout: null, cancel);
        return await ClawTurn.FinishAsync(call, task, timeout: null, answer => call.Say(answer.Text), cancel);
    }

    private static Task<int> ExecAsync(Call call, Claw claw, IReadOnlyList<string> command, CancellationToken cancel) =>
        call.Io is { InputIsTerminal: true, OutputIsTerminal: true }
            ? ShellCommand.RunAsync(call, claw.Id, command, cancel)
            : ExecCommand.RunAsync(call, claw.Id, command, input: !call.Io.InputIsTerminal, raw: false, cancel);

    private static async Task<int> OnboardAsync(Call call, Claw claw, CancellationToken cancel)
    {
        call.Say($"Running OpenClaw onboarding in {claw.Id}...");
        call.Note("note: models and keys are the proxy's matter here: creel key set, and the habitat's upstreams");
        return await ShellCommand.RunAsync(call, claw.Id, ["openclaw", "onboard"], cancel);
    }

    private static Task<int> GatewayAsync(Call call, Claw claw, CancellationToken cancel)
    {
        if (claw.Brain != "openclaw")
        {
            throw NoGateway(claw);
        }

        call.Note($"Gateway already running in {claw.Id}; what it says:");
        return LogsCommand.RunAsync(call, claw.Id, follow: true, lines: 100, cancel);
    }

    private static async Task<int> DashboardAsync(Call call, Claw claw, CancellationToken cancel)
    {
        if (claw.Brain != "openclaw")
        {
            throw NoGateway(claw);
        }

        return await ForwardCommand.RunAsync(
            call,
            claw.Id,
            (18789, claw.DashboardPort),
            local =>
            {
                call.Say($"Gateway already running in {claw.Id}.\n\nWeb dashboard for {claw.Id}:\n  http://localhost:{local}\n");
                call.Say("Ctrl-C ends the way to it; the gateway goes on.");
                call.Note($"  → it asks for its token: ./manage.sh exec {claw.Number} cat /var/lib/creel/openclaw/token");
            },
            cancel
        );
    }

    private static ScriptException NoGateway(Claw claw) =>
        new(
            ExitCodes.Refused,
            $"Error: {claw.Id} has no OpenClaw of its own: its brain is {claw.Brain ?? "native"}.\nSay brain: \"openclaw\" in the habitat."
        );
}
