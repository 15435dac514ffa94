namespace Creel.Proxy.Offline;

/// <summary>Gives pieces one by one, each when its time has come, and breaks where it is to be cut.</summary>
/// <param name="delay">Milliseconds before each token.</param>
/// <param name="cut">The connection breaks after so many tokens; null: never.</param>
/// <param name="stop">Whoever reads no longer wants it.</param>
internal sealed class PacedStream(IEnumerable<Piece> pieces, int delay, int? cut, CancellationToken stop) : Stream
{
    private readonly IEnumerator<Piece> rest = pieces.GetEnumerator();
    private ReadOnlyMemory<byte> now;
    private long tokens;
    private bool isCut;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <param name="buffer">Empty: waits until there is something.</param>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel = default)
    {
        stop.ThrowIfCancellationRequested();
        cancel.ThrowIfCancellationRequested();
        if (now.IsEmpty && !await NextAsync(cancel).ConfigureAwait(false))
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, now.Length);
        now.Span[..count].CopyTo(buffer.Span);
        now = now[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        rest.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<bool> NextAsync(CancellationToken cancel)
    {
        if (isCut)
        {
            throw new IOException("the script cuts the answer off here");
        }

        if (!rest.MoveNext())
        {
            return false;
        }

        var piece = rest.Current;
        var left = cut is { } most ? most - tokens : long.MaxValue;
        var counted = Math.Min(piece.Tokens, left);
        if (delay > 0 && counted > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(delay * (double)counted, int.MaxValue)), cancel)
                .ConfigureAwait(false);
        }

        tokens += counted;

        // What is cut short has its beginning: of a stream nothing of the event, of a whole answer half of it.
        isCut = piece.Tokens > left || left == 0 && piece.Tokens > 0;
        now = isCut ? piece.Bytes.AsMemory(0, piece.Tokens > 1 ? piece.Bytes.Length / 2 : 0) : piece.Bytes;
        return !now.IsEmpty || await NextAsync(cancel).ConfigureAwait(false);
    }
}
