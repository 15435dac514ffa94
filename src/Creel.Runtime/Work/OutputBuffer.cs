namespace Creel.Runtime.Work;

/// <summary>
/// What a program printed on one stream, from its beginning up to a limit; readers may follow it while it grows.
/// </summary>
internal sealed class OutputBuffer(int limit)
{
    private readonly Lock gate = new();
    private byte[] bytes = [];
    private int length;
    private bool ended;
    private TaskCompletionSource? changed;

    /// <summary>More came than is kept.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Bytes so far.</summary>
    public int Length
    {
        get
        {
            lock (gate)
            {
                return length;
            }
        }
    }

    public void Append(ReadOnlyMemory<byte> piece)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            var room = Math.Min(piece.Length, limit - length);
            Truncated |= room < piece.Length;
            if (room <= 0)
            {
                return;
            }

            if (bytes.Length < length + room)
            {
                Array.Resize(ref bytes, Math.Min(limit, Math.Max(length + room, bytes.Length * 2)));
            }

            piece.Span[..room].CopyTo(bytes.AsSpan(length));
            length += room;
            waiting = changed;
            changed = null;
        }

        waiting?.TrySetResult();
    }

    public void End()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            ended = true;
            waiting = changed;
            changed = null;
        }

        waiting?.TrySetResult();
    }

    /// <summary>All of it, without trailing white space. Only after <see cref="End"/>: the bytes are not copied.</summary>
    public ReadOnlySpan<byte> Trimmed()
    {
        lock (gate)
        {
            return bytes.AsSpan(0, length).TrimEnd(" \t\r\n\v\f"u8);
        }
    }

    /// <summary>Up to <paramref name="most"/> bytes from an offset; empty when there are none yet. Null: the end.</summary>
    public byte[]? Read(long offset, int most)
    {
        lock (gate)
        {
            var count = (int)Math.Min(most, length - offset);
            return count > 0 ? bytes.AsSpan((int)offset, count).ToArray()
                : ended ? null
                : [];
        }
    }

    /// <summary>Completes when there is more than <paramref name="offset"/> bytes, or the end.</summary>
    public Task WaitAsync(long offset)
    {
        lock (gate)
        {
            if (ended || length > offset)
            {
                return Task.CompletedTask;
            }

            changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return changed.Task;
        }
    }
}
