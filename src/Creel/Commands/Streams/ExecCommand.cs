using System.CommandLine;
using System.Text;
using Creel.Core;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands.Streams;

/// <summary><c>creel exec AGENT -- cmd…</c>: runs it in the agent's cell, with pipes; its exit code is ours.</summary>
internal static class ExecCommand
{
    private const int KeptForJson = 10 * 1024 * 1024;

    private sealed record Options(
        Argument<string> Agent,
        Argument<string[]> Command,
        Option<bool> Interactive,
        Option<bool> NoInput,
        Option<bool> Raw,
        Option<double?> Timeout
    );

    public static Command Build(Cli cli)
    {
        var options = new Options(
            AgentArgument.Make(),
            new(CommandTail.Argument)
            {
                Description = "The program and its arguments: all that follows the agent",
                Arity = ArgumentArity.OneOrMore,
            },
            new("--interactive", "-i") { Description = "Pass on what is typed; piped input is passed on anyhow" },
            new("--no-stdin") { Description = "Pass no input on, as in a loop that reads its own" },
            new("--raw") { Description = "Pass the output on byte for byte, control sequences too: for files and pipes" },
            new("--timeout") { Description = "End it after so many seconds (exit 124)", HelpName = "SECONDS" }
        );
        var command = new Command("exec", "Run a command in an agent's cell; its exit code is passed on")
        {
            options.Agent,
            options.Command,
            options.Interactive,
            options.NoInput,
            options.Raw,
            options.Timeout,
        };
        return cli.Runs(
            command,
            (call, cancel) =>
                Interruption.SayAsync(
                    () => RunAsync(call, options, cancel),
                    $"left; what ran in {call.Value(options.Agent)}'s cell is ended",
                    $"for work that goes on without you: creel task send {call.Value(options.Agent)} JSON",
                    cancel
                )
        );
    }

    public static async Task<int> RunAsync(
        Call call,
        string agent,
        IReadOnlyList<string> command,
        bool input,
        bool raw,
        CancellationToken cancel
    )
    {
        await using var stream = await call.Client.StreamAsync(
            agent,
            StreamQuery.Of("exec", StreamQuery.Command(command)),
            cancel
        );
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var feeding = FeedAsync(call, stream, input, ended.Token);
        try
        {
            return call.Json ? await CollectAsync(call, agent, stream, cancel) : await PassAsync(call, stream, raw, cancel);
        }
        finally
        {
            await ended.CancelAsync();
            await feeding;
        }
    }

    private static async Task<int> RunAsync(Call call, Options options, CancellationToken cancel)
    {
        var input = !call.Value(options.NoInput) && (!call.Io.InputIsTerminal || call.Value(options.Interactive));
        var limit = call.Value(options.Timeout);
        if (limit is <= 0 or > 30 * 86400)
        {
            throw new UsageException("--timeout takes a number of seconds above 0");
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (limit is { } seconds)
        {
            over.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        try
        {
            return await RunAsync(
                call,
                call.Value(options.Agent),
                call.Value(options.Command),
                input,
                call.Value(options.Raw),
                over.Token
            );
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CreelException(
                new Fault(FaultKind.Timeout, "exec-timeout", $"the command did not end within {limit} s, and was ended")
            );
        }
    }

    /// <summary>Input towards the cell. When it breaks, the output side says why.</summary>
    private static async Task FeedAsync(Call call, AgentStream stream, bool input, CancellationToken cancel)
    {
        try
        {
            var piece = new byte[16 * 1024];
            for (int count; input && (count = await call.Io.Input.ReadAsync(piece, cancel)) > 0; )
            {
                await stream.WriteAsync(piece.AsMemory(0, count), cancel);
            }

            await stream.FinishAsync(cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or CreelException or IOException or ObjectDisposedException) { }
    }

    private static async Task<int> PassAsync(Call call, AgentStream stream, bool raw, CancellationToken cancel)
    {
        var plain = new PlainTextWriter(call.Io.Out);
        var piece = new byte[32 * 1024];
        for (int count; (count = await stream.ReadAsync(piece, cancel)) > 0; )
        {
            if (raw)
            {
                await call.Io.Output.WriteAsync(piece.AsMemory(0, count), cancel);
            }
            else
            {
                plain.Write(piece.AsSpan(0, count));
            }
        }

        plain.Finish();
        return StreamExit.Code(call, stream.End);
    }

    private static async Task<int> CollectAsync(Call call, string agent, AgentStream stream, CancellationToken cancel)
    {
        using var output = new MemoryStream();
        var piece = new byte[32 * 1024];
        var truncated = false;
        for (int count; (count = await stream.ReadAsync(piece, cancel)) > 0; )
        {
            var kept = (int)Math.Min(count, KeptForJson - output.Length);
            truncated |= kept < count;
            output.Write(piece, 0, kept);
        }

        var code = StreamExit.Code(call, stream.End);
        call.Print(
            new
            {
                agent,
                exitCode = code,
                output = Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length),
                truncated,
                error = stream.End?.Error,
            }
        );
        return code;
    }
}
