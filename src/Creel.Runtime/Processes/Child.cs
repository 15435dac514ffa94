using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime.Processes;

/// <summary>A running program with its ends of the pipes. It leads a process group of its own.</summary>
internal sealed class Child(int pid, Task<ExitStatus> exit, SafePipeHandle? input, SafePipeHandle? output, SafePipeHandle? errors)
    : IDisposable
{
    public int Pid { get; } = pid;

    /// <summary>Completes when the program itself has ended; never faults.</summary>
    public Task<ExitStatus> Exit { get; } = exit;

    public Stream? Input { get; } = input is null ? null : new AnonymousPipeClientStream(PipeDirection.Out, input);

    public PipeReader? Output { get; } = output is null ? null : new PipeReader(output);

    public PipeReader? Errors { get; } = errors is null ? null : new PipeReader(errors);

    /// <summary>
    /// Signals the whole group; what is left of it counts also after its leader has ended. False: nobody was there.
    /// </summary>
    public bool Signal(int signal)
    {
        lock (Reaper.Gate)
        {
            return Libc.kill(-Pid, signal) == 0;
        }
    }

    /// <summary>TERM to the group, and KILL to what is still there after the grace.</summary>
    public async Task EndAsync(TimeSpan grace, TimeProvider time)
    {
        if (!Signal(Libc.SIGTERM))
        {
            return;
        }

        var deadline = time.GetTimestamp();
        await Task.WhenAny(Exit, Task.Delay(grace, time)).ConfigureAwait(false);
        while (Signal(0) && time.GetElapsedTime(deadline) < grace)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), time).ConfigureAwait(false);
        }

        Signal(Libc.SIGKILL);
    }

    public void Dispose()
    {
        Input?.Dispose();
        Output?.Dispose();
        Errors?.Dispose();
    }
}
