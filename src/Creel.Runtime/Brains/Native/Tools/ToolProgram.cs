using System.Buffers;
using Creel.Runtime.Processes;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary>A program that a tool has started, and what it has printed so far.</summary>
internal sealed class ToolProgram : IDisposable
{
    private const int HalfOutput = 24 * 1024;
    private static readonly TimeSpan PipeGrace = TimeSpan.FromMilliseconds(100);

    private readonly Child child;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource over = new();
    private readonly Task pump;

    /// <exception cref="Core.CreelException">It could not be started.</exception>
    public ToolProgram(string command, string folder, IReadOnlyDictionary<string, string> environment, TimeProvider time)
    {
        Command = command;
        this.time = time;
        child = Spawner.Start(new SpawnOrder(["/bin/sh", "-c", command], environment, folder, MergeErrors: true));
        pump = PumpAsync();
        Ended = EndAsync();
    }

    public string Command { get; }

    public BoundedOutput Output { get; } = new(HalfOutput);

    /// <summary>How it ended, once its output is in; never faults.</summary>
    public Task<ExitStatus> Ended { get; }

    /// <summary>It and what it has started, as far as that stayed in its group.</summary>
    public async Task KillAsync()
    {
        await child.EndAsync(ProgramRun.KillGrace, time).ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
    }

    public void Dispose()
    {
        child.Dispose();
        over.Dispose();
    }

    private async Task<ExitStatus> EndAsync()
    {
        var status = await child.Exit.ConfigureAwait(false);
        // What it left in the background may hold its pipe open for ever.
        await Task.WhenAny(pump, Task.Delay(PipeGrace, CancellationToken.None)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await pump.ConfigureAwait(false);
        child.Output!.Drain(Output.Append);
        return status;
    }

    private async Task PumpAsync()
    {
        var bytes = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int count;
            while ((count = await child.Output!.ReadAsync(bytes, over.Token).ConfigureAwait(false)) > 0)
            {
                Output.Append(bytes.AsMemory(0, count));
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended; the rest is drained without waiting.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
