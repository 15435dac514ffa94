using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Creel.Terminal;

/// <summary>
/// Descriptor 0, byte for byte. The framework's own stream edits lines by itself on a terminal, which a remote shell must do.
/// </summary>
internal sealed class StandardInput : Stream
{
    private const int Interrupted = 4;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (true)
        {
            var count = ReadFrom(0, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            if (Marshal.GetLastPInvokeError() is var error and not Interrupted)
            {
                throw new IOException($"cannot read the input: {new Win32Exception(error).Message}");
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>A read that is under way can't be called back: the caller stops waiting for it, and the process ends over it.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var piece = new byte[buffer.Length];
        var count = await Task
            .Factory.StartNew(() => Read(piece.AsSpan()), TaskCreationOptions.LongRunning)
            .WaitAsync(cancellationToken);
        piece.AsSpan(0, count).CopyTo(buffer.Span);
        return count;
    }

    public override void Flush() { }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint ReadFrom(int descriptor, ref byte data, nint count);
}
