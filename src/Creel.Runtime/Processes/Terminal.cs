using System.Runtime.InteropServices;
using System.Threading.Channels;
using Creel.Core;

namespace Creel.Runtime.Processes;

/// <summary>The master side of a pseudo-terminal. A thread reads it, since a terminal can't be awaited.</summary>
internal sealed class Terminal : IDisposable
{
    private const nuint SetSize = 0x5414;
    private readonly int master;
    private readonly int[] wake = new int[2];
    private readonly Lock gate = new();
    private readonly Channel<byte[]> output = Channel.CreateBounded<byte[]>(2);
    private bool reading;
    private bool closing;
    private bool closed;

    /// <exception cref="CreelException">The cell has no terminals (no /dev/pts), or none left.</exception>
    public unsafe Terminal(int columns, int rows)
    {
        master = Libc.posix_openpt(Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC | Libc.O_NONBLOCK);
        var name = stackalloc byte[128];
        if (master < 0 || Libc.grantpt(master) != 0 || Libc.unlockpt(master) != 0 || Libc.ptsname_r(master, name, 128) != 0)
        {
            var message = Marshal.GetLastPInvokeErrorMessage();
            if (master >= 0)
            {
                _ = Libc.close(master);
            }

            throw new CreelException(
                Fault.Missing("no-terminal", $"This cell gives no terminal: {message}", "Use exec in place of shell")
            );
        }

        SlaveName = Marshal.PtrToStringUTF8((nint)name)!;
        fixed (int* pair = wake)
        {
            if (Libc.pipe2(pair, Libc.O_CLOEXEC | Libc.O_NONBLOCK) != 0)
            {
                _ = Libc.close(master);
                throw new CreelException(
                    Fault.Unavailable("no-descriptor", "The runtime has no file descriptor left for a terminal")
                );
            }
        }

        Resize(columns, rows);
    }

    public string SlaveName { get; }

    /// <summary>What the program prints; completes when the last of its users has closed it.</summary>
    public ChannelReader<byte[]> Output => output.Reader;

    /// <summary>Called once the program is started: before that, reading would see an end that is none.</summary>
    public void StartReading()
    {
        var thread = new Thread(Read, 128 * 1024) { IsBackground = true, Name = "terminal" };
        lock (gate)
        {
            // Where the cell has no thread left to give this throws, and then disposing is what closes.
            thread.Start();
            reading = true;
        }
    }

    public unsafe void Resize(int columns, int rows)
    {
        var size = stackalloc ushort[4];
        size[0] = (ushort)Math.Clamp(rows, 1, 10_000);
        size[1] = (ushort)Math.Clamp(columns, 1, 10_000);
        size[2] = size[3] = 0;
        lock (gate)
        {
            if (!closed)
            {
                _ = Libc.ioctl(master, SetSize, size);
            }
        }
    }

    /// <summary>Waits while the terminal's own small buffer is full, which is while the program reads nothing.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
        {
            var count = TryWrite(bytes.Span);
            if (count < 0)
            {
                return;
            }

            bytes = bytes[count..];
            if (count == 0)
            {
                await Task.Delay(20, cancel).ConfigureAwait(false);
            }
        }
    }

    public unsafe void Dispose()
    {
        lock (gate)
        {
            if (!closing)
            {
                closing = true;
                output.Writer.TryComplete();
                byte one = 1;
                _ = Libc.write(wake[1], &one, 1);
                if (!reading)
                {
                    CloseAll();
                }
            }
        }
    }

    private unsafe int TryWrite(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (closing)
            {
                return -1;
            }

            fixed (byte* start = bytes)
            {
                var count = Libc.write(master, start, bytes.Length);
                return count >= 0 ? (int)count
                    : Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR ? 0
                    : -1;
            }
        }
    }

    private unsafe void Read()
    {
        var buffer = stackalloc byte[4096];
        var polls = stackalloc Libc.PollFd[2];
        polls[0] = new Libc.PollFd { Descriptor = master, Events = Libc.POLLIN };
        polls[1] = new Libc.PollFd { Descriptor = wake[0], Events = Libc.POLLIN };
        try
        {
            while (true)
            {
                if (Libc.poll(polls, 2, -1) < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                {
                    return;
                }

                if (polls[1].Returned != 0)
                {
                    return;
                }

                var count = Libc.read(master, buffer, 4096);
                if (count < 0 && Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR)
                {
                    continue;
                }

                // EIO is a terminal's way to say that nobody has it open any more.
                if (count <= 0)
                {
                    return;
                }

                output.Writer.WriteAsync(new Span<byte>(buffer, (int)count).ToArray()).AsTask().GetAwaiter().GetResult();
            }
        }
        catch (ChannelClosedException)
        {
            // Disposed while it waited for room.
        }
        finally
        {
            CloseAll();
        }
    }

    private void CloseAll()
    {
        lock (gate)
        {
            closing = closed = true;
            output.Writer.TryComplete();
            _ = Libc.close(master);
            _ = Libc.close(wake[0]);
            _ = Libc.close(wake[1]);
        }
    }
}
