using Creel.Core;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Setups;

/// <summary>Runs a setup command to its end, or to the end of its time.</summary>
internal static class SetupRun
{
    /// <summary>For a child that it left in the background, and that holds its output open.</summary>
    private static readonly TimeSpan PipeGrace = TimeSpan.FromMilliseconds(100);

    /// <returns>Null: it is done. Else how it failed, and the last that it said.</returns>
    /// <exception cref="OperationCanceledException">It was ended, since its cell ends.</exception>
    public static async Task<string?> RunAsync(
        SpawnOrder order,
        TimeSpan longest,
        RuntimeLog log,
        TimeProvider time,
        CancellationToken stop
    )
    {
        try
        {
            using var child = Spawner.Start(order);
            return await RunAsync(child, longest, log, time, stop).ConfigureAwait(false);
        }
        catch (CreelException e)
        {
            return e.Fault.Message;
        }
    }

    private static async Task<string?> RunAsync(
        Child child,
        TimeSpan longest,
        RuntimeLog log,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var lines = new PlainLines(line => log.Write($"setup: {line}"));
        using var over = new CancellationTokenSource();
        var reading = ReadAsync(child.Output!, lines, over.Token);
        var late = false;
        try
        {
            await child.Exit.WaitAsync(longest, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            late = true;
        }
        finally
        {
            if (!child.Exit.IsCompleted)
            {
                await child.EndAsync(ProgramRun.KillGrace, time).ConfigureAwait(false);
                await child.Exit.ConfigureAwait(false);
            }

            await Task.WhenAny(reading, Task.Delay(PipeGrace, CancellationToken.None)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }

        child.Output!.Drain(lines.Append);
        lines.End();
        var exit = await child.Exit.ConfigureAwait(false);
        if (!late && exit.Code == 0 && exit.Signal is null)
        {
            return null;
        }

        var how =
            late ? $"it did not end within {longest.TotalMinutes:0.#} minutes"
            : exit.Signal is { } signal ? $"it was ended by {signal}"
            : $"exit code {exit.Code}";
        return lines.Last.Count == 0 ? how : $"{how}: {string.Join(" / ", lines.Last)}";
    }

    private static async Task ReadAsync(PipeReader pipe, PlainLines lines, CancellationToken over)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            int count;
            while ((count = await pipe.ReadAsync(buffer, over).ConfigureAwait(false)) > 0)
            {
                lines.Append(buffer.AsMemory(0, count));
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended; the rest is drained without waiting.
        }
    }
}
