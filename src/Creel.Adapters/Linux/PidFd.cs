using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>One very process, whatever happens to its number afterwards.</summary>
internal sealed class PidFd : SafeHandleMinusOneIsInvalid
{
    private const short Readable = 1;

    // ENOENT, and EINVAL before Linux 6.9: the number was given to a thread since.
    private const int OfThread = 2;
    private const int OfThreadBefore = 22;

    private PidFd(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    public int Descriptor => (int)handle;

    /// <summary>Null where no process has the number.</summary>
    public static PidFd? Open(int pid)
    {
        if (pid <= 0)
        {
            return null;
        }

        var descriptor = Libc.OpenPidfd(pid);
        if (descriptor >= 0)
        {
            return new PidFd(descriptor);
        }

        var error = Marshal.GetLastPInvokeError();
        return error is Libc.Esrch or OfThread or OfThreadBefore ? null : throw KernelFault.Of("pidfd_open", error);
    }

    /// <summary>It has ended; a zombie has.</summary>
    public unsafe bool HasExited
    {
        get
        {
            var entry = new Libc.PollEntry { Descriptor = Descriptor, Events = Readable };
            return Libc.poll(&entry, 1, 0) > 0;
        }
    }

    /// <summary>False where it has ended, or may not be signalled.</summary>
    public bool Signal(int signal) => Libc.SendSignal(Descriptor, signal) == 0;

    /// <summary>Completes when the process has ended.</summary>
    public Task WaitAsync(CancellationToken cancel) => ExitWatch.Instance.WaitAsync(this, cancel);

    /// <returns>False when the time ran out first.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        if (HasExited)
        {
            return true;
        }

        if (limit <= TimeSpan.Zero)
        {
            return false;
        }

        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            await WaitAsync(both.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return HasExited;
        }
    }

    protected override bool ReleaseHandle()
    {
        using var closing = new SafeFileHandle(handle, ownsHandle: true);
        return true;
    }
}
