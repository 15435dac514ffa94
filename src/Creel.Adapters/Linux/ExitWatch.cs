using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Creel.Adapters.Linux;

/// <summary>Awaits the end of any number of processes on one thread, without polling.</summary>
internal sealed class ExitWatch
{
    private const int Add = 1;
    private const int Delete = 2;
    private const int CloseOnExec = 0x80000;
    private const uint ReadableOnce = 0x1 | 0x40000000;
    private const int Batch = 16;

    // The kernel packs its entry on x86-64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EntrySize = DataOffset + 8;

    private static readonly Lazy<ExitWatch> Shared = new(() => new ExitWatch());

    private readonly ConcurrentDictionary<long, TaskCompletionSource> waiting = new();
    private readonly int epoll;
    private long last;

    private ExitWatch()
    {
        epoll = Libc.epoll_create1(CloseOnExec);
        if (epoll < 0)
        {
            throw KernelFault.Of("epoll_create1", Marshal.GetLastPInvokeError());
        }

        new Thread(Run) { IsBackground = true, Name = "cell exits" }.Start();
    }

    public static ExitWatch Instance => Shared.Value;

    public async Task WaitAsync(PidFd process, CancellationToken cancel)
    {
        // Epoll knows a descriptor once only, so whoever waits opens a pidfd of his own.
        var kept = false;
        process.DangerousAddRef(ref kept);
        var ticket = Interlocked.Increment(ref last);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[ticket] = done;
        try
        {
            Control(Add, process.Descriptor, ticket);
            using var registration = cancel.Register(() => done.TrySetCanceled(cancel));
            await done.Task.ConfigureAwait(false);
        }
        finally
        {
            waiting.TryRemove(ticket, out _);
            Control(Delete, process.Descriptor, ticket);
            process.DangerousRelease();
        }
    }

    private unsafe void Control(int operation, int descriptor, long ticket)
    {
        var entry = stackalloc byte[16];
        var span = new Span<byte>(entry, 16);
        span.Clear();
        MemoryMarshal.Write(span, ReadableOnce);
        MemoryMarshal.Write(span[DataOffset..], ticket);
        if (Libc.epoll_ctl(epoll, operation, descriptor, entry) != 0 && operation == Add)
        {
            throw KernelFault.Of("epoll_ctl", Marshal.GetLastPInvokeError());
        }
    }

    private unsafe void Run()
    {
        var entries = stackalloc byte[16 * Batch];
        while (true)
        {
            var count = Libc.epoll_wait(epoll, entries, Batch, -1);
            for (var i = 0; i < count; i++)
            {
                var ticket = MemoryMarshal.Read<long>(new ReadOnlySpan<byte>(entries + (i * EntrySize) + DataOffset, 8));
                if (waiting.TryGetValue(ticket, out var done))
                {
                    done.TrySetResult();
                }
            }
        }
    }
}
