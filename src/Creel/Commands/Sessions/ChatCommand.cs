using System.CommandLine;
using System.Text;
using Creel.Core;

namespace Creel.Commands.Sessions;

/// <summary><c>creel chat AGENT</c>: a conversation in the terminal.</summary>
internal static class ChatCommand
{
    private const int Longest = 512 * 1024;

    private sealed record Options(Argument<string> Agent, Option<string?> Session, Option<string?> Message);

    public static Command Build(Cli cli)
    {
        var options = new Options(
            AgentArgument.Make(),
            new("--session", "-s") { Description = "Which conversation: a key, or a name of your own; the main one unless said" },
            new("--message", "-m") { Description = "Say this, show the answer, and leave" }
        );
        var command = new Command("chat", "Talk with an agent; what is piped in is one message")
        {
            options.Agent,
            options.Session,
            options.Message,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, options, cancel));
    }

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var (agent, session) = (call.Value(options.Agent), call.Value(options.Session));
        if (call.Value(options.Message) is { } message)
        {
            return await OnceAsync(call, agent, session, message, cancel);
        }

        return call.Io.InputIsTerminal
            ? await TalkAsync(call, agent, session, cancel)
            : await OnceAsync(call, agent, session, await PipedAsync(call, cancel), cancel);
    }

    private static async Task<int> OnceAsync(Call call, string agent, string? session, string message, CancellationToken cancel)
    {
        var printer = new TurnPrinter(call);
        try
        {
            return await printer.RunAsync(TurnPrinter.Message(agent, session, message), cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Who stops asking wants no answer, and pays for none.
            await printer.AbortAsync(CancellationToken.None);
            throw;
        }
    }

    private static async Task<int> TalkAsync(Call call, string agent, string? session, CancellationToken cancel)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var printer = new TurnPrinter(call);
        using var interrupts = call.Io.Interrupts.Take(() =>
        {
            if (printer.Current is null)
            {
                leaving.Cancel();
            }
            else
            {
                _ = QuietlyAbortAsync(printer);
            }
        });
        call.Note($"talking with {agent}; /new begins anew, /help tells more, /quit leaves, Ctrl-C stops an answer");
        using var reader = new StreamReader(call.Io.Input, Encoding.UTF8, leaveOpen: true);
        while (true)
        {
            await call.Io.Error.WriteAsync("> ");
            await call.Io.Error.FlushAsync(CancellationToken.None);
            string? line;
            try
            {
                line = await reader.ReadLineAsync(leaving.Token).AsTask().WaitAsync(leaving.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                line = null;
            }

            if (line is null || line.Trim() is "/quit" or "/exit")
            {
                call.Note("");
                return ExitCodes.Ok;
            }

            if (line.Trim().Length == 0)
            {
                continue;
            }

            try
            {
                await printer.RunAsync(TurnPrinter.Message(agent, session, line), cancel);
            }
            catch (CreelException e) when (e.Fault.Kind is FaultKind.TooMany or FaultKind.TooLarge or FaultKind.Conflict)
            {
                // The conversation goes on.
                call.Note(e.Fault.ToString());
            }
        }
    }

    private static async Task QuietlyAbortAsync(TurnPrinter printer)
    {
        try
        {
            await printer.AbortAsync(CancellationToken.None);
        }
        catch (CreelException)
        {
            // It is over already, or the server is: the answer's end says which.
        }
    }

    private static async Task<string> PipedAsync(Call call, CancellationToken cancel)
    {
        var text = new byte[Longest + 1];
        var length = await call.Io.Input.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancel);
        return length > Longest
            ? throw new CreelException(
                new Fault(
                    FaultKind.TooLarge,
                    "message-too-large",
                    "the message is longer than 512 KiB",
                    "put it into a file of the workspace, and name the file"
                )
            )
            : Encoding.UTF8.GetString(text, 0, length).Trim();
    }
}
