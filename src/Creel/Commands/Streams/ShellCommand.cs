using System.CommandLine;
using System.Runtime.InteropServices;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands.Streams;

/// <summary><c>creel shell AGENT</c>: a terminal in the agent's cell. The only verb whose output is not made plain.</summary>
internal static class ShellCommand
{
    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var program = new Argument<string[]>(CommandTail.Argument)
        {
            Description = "A program instead of the login shell, and its arguments",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("shell", "Open a terminal in an agent's cell; ~. at the start of a line leaves it")
        {
            agent,
            program,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(agent), call.Optional(program) ?? [], cancel));
    }

    public static async Task<int> RunAsync(Call call, string agent, IReadOnlyList<string> program, CancellationToken cancel)
    {
        if (call.Json)
        {
            throw new UsageException("a shell has no machine output", $"use: creel exec --json {agent} COMMAND");
        }

        if (!call.Io.InputIsTerminal || !call.Io.OutputIsTerminal)
        {
            throw new UsageException("a shell needs a terminal", $"for pipes use: creel exec {agent} COMMAND");
        }

        var size = WindowSize.Now();
        var query = StreamQuery.Of(
            "shell",
            [
                ("columns", $"{size.Columns}"),
                ("rows", $"{size.Rows}"),
                ("term", call.Io.Variable("TERM") is { Length: > 0 } term ? term : "xterm-256color"),
                .. StreamQuery.Command(program),
            ]
        );
        await using var stream = await call.Client.StreamAsync(agent, query, cancel);
        return await TalkAsync(call, stream, cancel);
    }

    private static async Task<int> TalkAsync(Call call, AgentStream stream, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var terminal = RawTerminal.Open();
        using var resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resize(stream, over.Token));
        var left = false;
        var typing = TypeAsync(
            call,
            stream,
            () =>
            {
                left = true;
                over.Cancel();
            },
            over.Token
        );
        try
        {
            var piece = new byte[32 * 1024];
            for (int count; (count = await stream.ReadAsync(piece, over.Token)) > 0; )
            {
                await call.Io.Output.WriteAsync(piece.AsMemory(0, count), over.Token);
            }

            return StreamExit.Code(call, stream.End);
        }
        catch (OperationCanceledException) when (left)
        {
            return Core.ExitCodes.Ok;
        }
        finally
        {
            // The terminal comes first: whatever else fails, the user can type again.
            terminal.Dispose();
            await over.CancelAsync();
            await typing;
            if (left)
            {
                call.Note("\nleft the shell; what it ran was ended");
            }
        }
    }

    private static async Task TypeAsync(Call call, AgentStream stream, Action leave, CancellationToken cancel)
    {
        try
        {
            var escape = new ShellEscape();
            var typed = new byte[4096];
            for (int count; (count = await call.Io.Input.ReadAsync(typed, cancel)) > 0; )
            {
                var output = new List<byte>(count);
                var leaving = escape.Take(typed.AsSpan(0, count), output);
                if (output.Count > 0)
                {
                    await stream.WriteAsync(output.ToArray(), cancel);
                }

                if (leaving)
                {
                    leave();
                    return;
                }
            }

            await stream.FinishAsync(cancel);
        }
        catch (Exception e)
            when (e is OperationCanceledException or Core.CreelException or IOException or ObjectDisposedException) { }
    }

    private static async void Resize(AgentStream stream, CancellationToken cancel)
    {
        try
        {
            var size = WindowSize.Now();
            await stream.ResizeAsync(size.Columns, size.Rows, cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or Core.CreelException or ObjectDisposedException) { }
    }
}
