using System.Runtime.InteropServices;

namespace Creel.Runtime.Processes;

/// <summary>
/// Waits for children: in creel-runtime one thread for all of them, our own and (as a cell's first process) everybody's
/// orphans. Where System.Diagnostics.Process is used too that would steal its children and end the program, so until
/// <see cref="WaitForEverybody"/> is called each child of ours is waited for by itself.
/// </summary>
internal static unsafe class Reaper
{
    private const int AnyChild = 0;
    private const int OneChild = 1;
    private const int Exited = 4;
    private const int LeaveWaitable = 0x01000000;
    private const int PidOffset = 16; // in siginfo_t of a 64-bit system

    private static readonly Dictionary<int, TaskCompletionSource<ExitStatus>> Waiters = [];
    private static readonly AutoResetEvent Spawned = new(false);

    private static bool everybody;

    /// <summary>Held from before a child exists until it is in the table, and while one is collected.</summary>
    public static Lock Gate { get; } = new();

    /// <summary>Before the first child.</summary>
    public static void WaitForEverybody()
    {
        everybody = true;
        new Thread(Run, 128 * 1024) { IsBackground = true, Name = "reaper" }.Start();
    }

    /// <summary>Called under <see cref="Gate"/>, right after the child was made.</summary>
    public static Task<ExitStatus> Expect(int pid)
    {
        var waiter = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        Waiters[pid] = waiter;
        if (everybody)
        {
            Spawned.Set();
        }
        else
        {
            new Thread(() => WaitFor(pid), 128 * 1024) { IsBackground = true, Name = $"reaper of {pid}" }.Start();
        }

        return waiter.Task;
    }

    private static void WaitFor(int pid)
    {
        var info = stackalloc byte[128];
        while (Libc.waitid(OneChild, pid, info, Exited | LeaveWaitable) != 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
        {
            // A signal for us is no news of the child.
        }

        Collect(pid);
    }

    private static void Run()
    {
        var info = stackalloc byte[128];
        while (true)
        {
            // WNOWAIT: it stays a zombie until the table is locked, so that nobody signals a number that is somebody
            // else's by now.
            if (Libc.waitid(AnyChild, 0, info, Exited | LeaveWaitable) == 0)
            {
                Collect(*(int*)(info + PidOffset));
            }
            else if (Marshal.GetLastPInvokeError() == Libc.ECHILD)
            {
                Spawned.WaitOne();
            }
        }
    }

    private static void Collect(int pid)
    {
        TaskCompletionSource<ExitStatus>? waiter;
        var status = 0;
        lock (Gate)
        {
            if (Libc.waitpid(pid, &status, 0) != pid)
            {
                return;
            }

            Waiters.Remove(pid, out waiter);
        }

        waiter?.SetResult(ExitStatus.FromWait(status));
    }
}
