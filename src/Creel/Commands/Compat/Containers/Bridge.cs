using System.Globalization;
using System.Text;
using Creel.Commands.Tasks;
using Creel.Core;

namespace Creel.Commands.Compat.Containers;

/// <summary><c>bridge.sh</c>: messages to agents by name, each answer as one JSON object.</summary>
internal static class Bridge
{
    private const int Longest = 1 << 20;

    private const string Usage = """
        Usage: ./bridge.sh <command> [args]

        Homer → Sub-claw communication bridge.

        Commands:
          send <name> <message>    Send a task to an agent and get JSON response
          result <task>            The response to a task that was sent with --async
          status                   Show status of all openclaw containers
          identity <name>          Print an agent's IDENTITY.md

        Options of send, before or right after the name (-- ends them):
          --timeout <seconds>      Wait so long for an answer (120)
          --async                  Print the task's id, and don't wait
          --file <file>            The message is in a file; the message - is standard input

        Agents are known by name, id or number: ./bridge.sh status

        Examples:
          ./bridge.sh send bart "Write a poem about donuts"
          ./bridge.sh send --async lisa "Summarize today's Moltbook feed"
          ./bridge.sh status
          ./bridge.sh identity bart
        """;

    public static Task<int> RunAsync(Call call, string[] words, CancellationToken cancel) =>
        words switch
        {
            ["send", .. var rest] => SendAsync(call, rest, cancel),
            ["result", .. var rest] => ResultAsync(call, rest, cancel),
            ["status", ..] => StatusAsync(call, cancel),
            ["identity", { Length: > 0 } name, ..] => IdentityAsync(call, name, cancel),
            ["identity", ..] => throw Wrong("./bridge.sh identity <name>"),
            ["help" or "--help" or "-h", ..] => Task.FromResult(Say(call, ExitCodes.Ok)),
            _ => Task.FromResult(Say(call, ExitCodes.Usage)),
        };

    public static ScriptException Wrong(string usage) => new(ExitCodes.Usage, $"Usage: {usage}");

    private static int Say(Call call, int exit)
    {
        call.Say(Usage);
        return exit;
    }

    private static string Start(Call call) => $"\nStart it with: cd {new Project(call).Folder} && ./manage.sh up";

    private sealed record Send(string Name, string Message, TimeSpan Timeout, bool Async);

    private static async Task<int> SendAsync(Call call, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var send = await ReadAsync(call, words, cancel);
        var claw = await Script.RunningAsync(call, send.Name, Start(call), cancel);
        call.Note($"Sending task to {Terminal.PlainText.Line(send.Name, 60)} ({claw.Id})...");

        // bart and 1 are one agent, and two sessions.
        var session = $"homer-{send.Name.ToLowerInvariant()}";
        var task = await ClawTurn.StartAsync(call, claw, send.Message, session, send.Timeout, cancel);
        if (send.Async)
        {
            call.Say(task);
            return ExitCodes.Ok;
        }

        return await TaskWait.SayOnInterrupt(
            task,
            () => ClawTurn.FinishAsync(call, task, send.Timeout, answer => call.Print(answer.Document), cancel),
            cancel
        );
    }

    private static async Task<Send> ReadAsync(Call call, IReadOnlyList<string> words, CancellationToken cancel)
    {
        const string Form = "./bridge.sh send <name> <message>";
        string? name = null;
        string? file = null;
        var (timeout, later) = (TimeSpan.FromSeconds(120), false);
        var at = 0;
        for (var open = true; open && at < words.Count; )
        {
            switch (words[at])
            {
                case "--timeout":
                    timeout = Seconds(words.ElementAtOrDefault(at + 1));
                    at += 2;
                    break;
                case "--file":
                    file = words.ElementAtOrDefault(at + 1) ?? throw Wrong($"{Form}\n  --file wants a file");
                    at += 2;
                    break;
                case "--async":
                    later = true;
                    at++;
                    break;
                case "--":
                    open = name is null;
                    at++;
                    break;
                case var word when name is null:
                    name = word;
                    at++;
                    break;
                default:
                    open = false;
                    break;
            }
        }

        List<string> rest = [.. words.Skip(at)];
        if (file is not null && rest.Count > 0)
        {
            throw Wrong($"{Form}\n  a message, or --file");
        }

        var message =
            file is not null ? await FileAsync(call, file, cancel)
            : rest is ["-"] ? await InputAsync(call, cancel)
            : string.Join(' ', rest);
        return name is { Length: > 0 } && message.Length > 0 ? new Send(name, message, timeout, later) : throw Wrong(Form);
    }

    private static TimeSpan Seconds(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 7 * 86400
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong("./bridge.sh send --timeout <seconds> <name> <message>\n  a whole number from 1, up to seven days");

    private static async Task<string> FileAsync(Call call, string file, CancellationToken cancel)
    {
        try
        {
            await using var stream = File.OpenRead(call.FullPath(file));
            return await TextAsync(stream, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScriptException(ExitCodes.NotFound, $"Error: {e.Message}");
        }
    }

    private static Task<string> InputAsync(Call call, CancellationToken cancel) => TextAsync(call.Io.Input, cancel);

    private static async Task<string> TextAsync(Stream stream, CancellationToken cancel)
    {
        var text = new byte[Longest + 1];
        var length = await stream.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancel);
        return length <= Longest
            ? Encoding.UTF8.GetString(text, 0, length).TrimEnd('\n')
            : throw new ScriptException(ExitCodes.Invalid, "Error: the message is longer than 1 MiB.");
    }

    private static async Task<int> ResultAsync(Call call, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var (timeout, id) = words switch
        {
            ["--timeout", var seconds, var task] => (Seconds(seconds), task),
            [var task, "--timeout", var seconds] => (Seconds(seconds), task),
            [var task] => (TimeSpan.Zero, task),
            _ => throw Wrong("./bridge.sh result [--timeout <seconds>] <task>"),
        };
        var answer =
            timeout > TimeSpan.Zero
                ? await TaskWait.ForEndAsync(call, id, timeout, cancel)
                : await call.Client.GetAsync($"tasks/{TaskWait.Segment(id)}", cancel);
        return ClawTurn.Show(call, answer, said => call.Print(said.Document));
    }

    private static async Task<int> StatusAsync(Call call, CancellationToken cancel)
    {
        call.Show(await ClawStatus.TableAsync(call, proxy: false, ports: true, cancel));
        return ExitCodes.Ok;
    }

    private static async Task<int> IdentityAsync(Call call, string name, CancellationToken cancel)
    {
        var claw = await Script.RunningAsync(call, name, "", cancel);
        var shown = await CellProgram.RunAsync(call, claw, ["cat", "--", Identities.IdentityFile], default, cancel);
        if (shown.ExitCode != 0)
        {
            call.Say($"No IDENTITY.md found in {claw.Id}. Run ./setup-identities.sh first.");
            return ExitCodes.NotFound;
        }

        call.Say(Encoding.UTF8.GetString(shown.Output).TrimEnd('\n'));
        return ExitCodes.Ok;
    }
}
