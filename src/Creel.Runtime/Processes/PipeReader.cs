using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime.Processes;

/// <summary>The reading end of a pipe.</summary>
internal sealed class PipeReader(SafePipeHandle handle) : IDisposable
{
    private const int MostInAPipe = 1024 * 1024;
    private readonly AnonymousPipeClientStream stream = new(PipeDirection.In, handle);

    /// <summary>0 at the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel) => stream.ReadAsync(buffer, cancel);

    /// <summary>Takes what lies in the pipe at this moment, without waiting for its writers to close it.</summary>
    public unsafe void Drain(Action<ReadOnlyMemory<byte>> take)
    {
        byte[]? buffer = null;
        for (var total = 0; total < MostInAPipe; )
        {
            var poll = new Libc.PollFd { Descriptor = (int)handle.DangerousGetHandle(), Events = Libc.POLLIN };
            if (Libc.poll(&poll, 1, 0) <= 0 || (poll.Returned & Libc.POLLIN) == 0)
            {
                return;
            }

            buffer ??= new byte[16 * 1024];
            nint count;
            fixed (byte* start = buffer)
            {
                count = Libc.read(poll.Descriptor, start, buffer.Length);
            }

            if (count <= 0)
            {
                return;
            }

            take(buffer.AsMemory(0, (int)count));
            total += (int)count;
        }
    }

    public void Dispose() => stream.Dispose();
}
