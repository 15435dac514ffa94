using System.Buffers;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Work;

/// <summary>Runs one program of a task to its end.</summary>
internal static class ProgramRun
{
    /// <summary>Between TERM and KILL.</summary>
    public static readonly TimeSpan KillGrace = TimeSpan.FromSeconds(2);

    /// <summary>
    /// After a program's end, for its pipes to close; a child that it left in the background may hold them open for ever.
    /// </summary>
    private static readonly TimeSpan PipeGrace = TimeSpan.FromMilliseconds(100);

    /// <exception cref="Core.CreelException">It could not be started.</exception>
    public static async Task<ProgramResult> RunAsync(TaskRun run, ProgramCall call)
    {
        var environment = run.Environment();
        foreach (var (name, value) in call.Variables ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        var input = call.Input is null ? SpawnInput.Nothing : SpawnInput.Pipe;
        using var child = Spawner.Start(new SpawnOrder(call.Arguments, environment, call.Folder, input));
        using var over = new CancellationTokenSource();
        var pumps = Task.WhenAll(
            PumpAsync(child.Output!, run.Output, over.Token),
            PumpAsync(child.Errors!, run.Errors, over.Token)
        );
        var feed = FeedAsync(child.Input, call.Input ?? default, over.Token);
        var stopped = await ExitAsync(child, run).ConfigureAwait(false);
        await Task.WhenAny(pumps, Task.Delay(PipeGrace, CancellationToken.None)).ConfigureAwait(false);
        if (!pumps.IsCompleted || !feed.IsCompleted)
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(pumps, feed).ConfigureAwait(false);
        }

        child.Output!.Drain(run.Output.Append);
        child.Errors!.Drain(run.Errors.Append);
        return new ProgramResult(call, await child.Exit.ConfigureAwait(false), stopped);
    }

    private static async Task<StopReason> ExitAsync(Child child, TaskRun run)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = run.Stop.Token.Register(() => asked.TrySetResult()).ConfigureAwait(false);
        await Task.WhenAny(child.Exit, asked.Task).ConfigureAwait(false);
        if (child.Exit.IsCompleted)
        {
            return StopReason.None;
        }

        await child.EndAsync(KillGrace, run.Surroundings.Time).ConfigureAwait(false);
        await child.Exit.ConfigureAwait(false);
        return run.Stop.Reason;
    }

    private static async Task PumpAsync(PipeReader pipe, OutputBuffer buffer, CancellationToken over)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count;
            while ((count = await pipe.ReadAsync(bytes, over).ConfigureAwait(false)) > 0)
            {
                buffer.Append(bytes.AsMemory(0, count));
            }
        }
        catch (OperationCanceledException)
        {
            // Its program has ended; the rest is drained without waiting.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static async Task FeedAsync(Stream? input, ReadOnlyMemory<byte> bytes, CancellationToken over)
    {
        if (input is null)
        {
            return;
        }

        try
        {
            await input.WriteAsync(bytes, over).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // A program may end without reading all, or any, of its input.
        }

        await input.DisposeAsync().ConfigureAwait(false);
    }
}
