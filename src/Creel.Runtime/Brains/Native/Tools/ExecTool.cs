using System.Globalization;
using Creel.Core;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary><c>exec</c> and <c>process</c>: programs of the cell, as its user, in the workspace.</summary>
internal static class ExecTool
{
    private const int UsualSeconds = 1800;
    private const int MostSeconds = 24 * 3600;

    public static IReadOnlyList<Tool> All { get; } =
    [
        new Tool(
            "exec",
            "Runs a command line by sh, in the workspace, and says what it printed and how it ended. "
                + "With background it is left running, and the tool process tells more.",
            """{"type":"object","properties":{"command":{"type":"string"},"workdir":{"type":"string","description":"Another folder"},"timeout":{"type":"number","description":"Seconds"},"env":{"type":"object","additionalProperties":{"type":"string"}},"background":{"type":"boolean"}},"required":["command"]}""",
            RunAsync
        ),
        new Tool(
            "process",
            "Tells of programs that exec left running. list: all of them; poll: what one has printed, waiting some seconds for its end; kill: ends one.",
            """{"type":"object","properties":{"action":{"type":"string","enum":["list","poll","kill"]},"id":{"type":"string"},"wait":{"type":"number","description":"Seconds, for poll"}},"required":["action"]}""",
            ProcessAsync
        ),
    ];

    private static async Task<ToolAnswer> RunAsync(ToolUse use)
    {
        var command = use.Required("command", "cmd");
        var (run, limit) = (use.Scene.Run, use.Scene.Run.Agent.Mind?.Tools.ExecSeconds ?? UsualSeconds);
        var folder = use.Scene.Workspace.Full(use.Optional("workdir", "cwd") ?? ".");
        var seconds = use.Number("timeout", 1, MostSeconds) ?? limit;
        var program = new ToolProgram(command, folder, Environment(use), run.Surroundings.Time);
        if (use.Input.Flag("background"))
        {
            return await LeaveAsync(use, program).ConfigureAwait(false);
        }

        using (program)
        {
            return await WaitAsync(use, program, seconds).ConfigureAwait(false);
        }
    }

    private static async Task<ToolAnswer> WaitAsync(ToolUse use, ToolProgram program, int seconds)
    {
        var time = use.Scene.Run.Surroundings.Time;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(use.Cancel);
        await Task.WhenAny(program.Ended, Task.Delay(TimeSpan.FromSeconds(seconds), time, waiting.Token)).ConfigureAwait(false);
        var late = !program.Ended.IsCompleted;
        if (late)
        {
            await program.KillAsync().ConfigureAwait(false);
        }

        await waiting.CancelAsync().ConfigureAwait(false);
        use.Cancel.ThrowIfCancellationRequested();
        var status = await program.Ended.ConfigureAwait(false);
        var output = program.Output.ToString().TrimEnd();
        return late ? new ToolAnswer($"{output}\n(ended after {seconds} s, since it took longer)".TrimStart(), true)
            : status.Code == 0 ? new ToolAnswer(output.Length > 0 ? output : "(it printed nothing)")
            : new ToolAnswer($"{output}\n({Say(status)})".TrimStart(), true);
    }

    private static async Task<ToolAnswer> LeaveAsync(ToolUse use, ToolProgram program)
    {
        var id = use.Scene.Run.Surroundings.Conversations.Programs.Keep(use.Scene.Run.Agent.Id, program);
        if (id is null)
        {
            await program.KillAsync().ConfigureAwait(false);
            program.Dispose();
            return new ToolAnswer("Too many programs run in the background already: end one with process", true);
        }

        return new ToolAnswer($"It runs in the background as {id}; process tells more of it");
    }

    private static async Task<ToolAnswer> ProcessAsync(ToolUse use)
    {
        var agent = use.Scene.Run.Agent.Id;
        var programs = use.Scene.Run.Surroundings.Conversations.Programs;
        var action = use.Required("action");
        if (action == "list")
        {
            var all = programs.Of(agent).Select(p => $"{p.Id}: {State(p.Program)}: {Short(p.Program.Command)}").ToList();
            return new ToolAnswer(all.Count == 0 ? "(none)" : string.Join('\n', all));
        }

        var id = use.Required("id", "sessionId");
        var program =
            programs.Find(agent, id) ?? throw new CreelException(Fault.NotFound("no-program", $"There is no program {id}"));
        switch (action)
        {
            case "poll" or "log":
                var wait = TimeSpan.FromSeconds(use.Number("wait", 0, 600) ?? 0);
                await Task.WhenAny(program.Ended, Task.Delay(wait, use.Scene.Run.Surroundings.Time, use.Cancel))
                    .ConfigureAwait(false);
                use.Cancel.ThrowIfCancellationRequested();
                return new ToolAnswer($"{program.Output}\n({State(program)})".TrimStart());
            case "kill" or "remove":
                await program.KillAsync().ConfigureAwait(false);
                var said = $"{program.Output}\n({State(program)})".TrimStart();
                programs.Forget(agent, id);
                return new ToolAnswer(said);
            default:
                return new ToolAnswer($"process knows list, poll and kill, and not '{action}'", true);
        }
    }

    private static Dictionary<string, string> Environment(ToolUse use)
    {
        var variables = use.Scene.Run.Environment();
        variables[RuntimeVariables.SessionKey] = use.Scene.Order.Key;
        foreach (var (name, value) in use.Input.Map("env"))
        {
            variables[name] = value;
        }

        return variables;
    }

    private static string State(ToolProgram program) => program.Ended.IsCompleted ? Say(program.Ended.Result) : "running";

    private static string Say(ExitStatus status) =>
        status.Signal is { } signal
            ? $"ended by {signal}"
            : string.Create(CultureInfo.InvariantCulture, $"exit code {status.Code}");

    private static string Short(string command) => command.Length <= 80 ? command : command[..80] + "…";
}
