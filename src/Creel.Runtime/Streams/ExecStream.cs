using Creel.Core;
using Creel.Core.Link;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Streams;

/// <summary>A program without a terminal: bytes in, both of its outputs together out.</summary>
internal static class ExecStream
{
    private static readonly TimeSpan PipeGrace = TimeSpan.FromMilliseconds(200);

    public static async Task<StreamEnd> ServeAsync(
        LinkStream stream,
        StreamOpen order,
        WelcomeAgent agent,
        TaskSurroundings surroundings
    )
    {
        if (order.Command is not { Count: > 0 } command)
        {
            throw new CreelException(Fault.Invalid("no-program", "An exec stream needs a command"));
        }

        var environment = surroundings.For(agent.Id);
        using var child = Spawner.Start(
            new SpawnOrder(command, environment, agent.Workspace, SpawnInput.Pipe, MergeErrors: true)
        );
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(stream.Over);
        try
        {
            var feeding = FeedAsync(child, stream);
            var printing = PrintAsync(child, stream, quiet.Token);
            var exit = await child.Exit.WaitAsync(stream.Over).ConfigureAwait(false);
            await FinishPrintingAsync(printing, quiet, surroundings.Time).ConfigureAwait(false);
            var rest = new List<byte[]>();
            child.Output!.Drain(piece => rest.Add(piece.ToArray()));
            foreach (var piece in rest)
            {
                await stream.SendAsync(piece).ConfigureAwait(false);
            }

            return new StreamEnd(exit.Code);
        }
        finally
        {
            if (!child.Exit.IsCompleted)
            {
                await child.EndAsync(ProgramRun.KillGrace, surroundings.Time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>While bytes still flow to a slow reader it goes on; only a pipe that is open and silent is given up.</summary>
    private static async Task FinishPrintingAsync(PrintState printing, CancellationTokenSource quiet, TimeProvider time)
    {
        long before;
        do
        {
            before = printing.Moves;
            await Task.WhenAny(printing.Done, Task.Delay(PipeGrace, time)).ConfigureAwait(false);
        } while (!printing.Done.IsCompleted && (printing.Sending || printing.Moves != before));

        await quiet.CancelAsync().ConfigureAwait(false);
        await printing.Done.ConfigureAwait(false);
    }

    private sealed class PrintState
    {
        public long Moves;
        public volatile bool Sending;
        public Task Done = Task.CompletedTask;
    }

    private static PrintState PrintAsync(Child child, LinkStream stream, CancellationToken quiet)
    {
        var state = new PrintState();
        state.Done = RunAsync();
        return state;

        async Task RunAsync()
        {
            var buffer = new byte[StreamFrame.MaxData];
            try
            {
                int count;
                while ((count = await child.Output!.ReadAsync(buffer, quiet).ConfigureAwait(false)) > 0)
                {
                    state.Sending = true;
                    await stream.SendAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
                    Interlocked.Increment(ref state.Moves);
                    state.Sending = false;
                }
            }
            catch (OperationCanceledException)
            {
                // Over, or silent after the program's end.
            }
        }
    }

    private static async Task FeedAsync(Child child, LinkStream stream)
    {
        try
        {
            while (await stream.ReceiveAsync().ConfigureAwait(false) is { } piece)
            {
                await child.Input!.WriteAsync(piece, stream.Over).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // A program may end without reading all of its input.
        }

        await child.Input!.DisposeAsync().ConfigureAwait(false);
    }
}
