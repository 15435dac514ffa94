using System.Threading.Channels;

namespace Creel.Server.Hub.Links;

/// <summary>What waits to be sent on a link, in two lanes: messages first, pieces of streams only when no message waits.</summary>
internal sealed class Outbox
{
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
            AllowSynchronousContinuations = true,
        }
    );
    private readonly Lock gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> messages = new();
    private readonly Queue<ReadOnlyMemory<byte>> frames = new();
    private long messageBytes;
    private long frameBytes;

    /// <summary>Bytes of messages that wait.</summary>
    public long MessageBytes => Interlocked.Read(ref messageBytes);

    /// <summary>Bytes of pieces of streams that wait.</summary>
    public long FrameBytes => Interlocked.Read(ref frameBytes);

    public void AddMessage(ReadOnlyMemory<byte> message)
    {
        lock (gate)
        {
            messages.Enqueue(message);
            messageBytes += message.Length;
        }
    }

    public void AddFrame(ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            frames.Enqueue(frame);
            frameBytes += frame.Length;
        }
    }

    public bool TryTake(out ReadOnlyMemory<byte> bytes, out bool frame)
    {
        lock (gate)
        {
            frame = false;
            if (messages.TryDequeue(out bytes))
            {
                messageBytes -= bytes.Length;
                return true;
            }

            frame = true;
            var any = frames.TryDequeue(out bytes);
            frameBytes -= bytes.Length;
            return any;
        }
    }

    /// <summary>Whoever waits goes on, on a thread of its own: safe to call under any lock.</summary>
    public void Wake() => ThreadPool.UnsafeQueueUserWorkItem(static writer => writer.TryWrite(true), signal.Writer, false);

    /// <summary>Whoever waits goes on at once, on this thread: saves a change of threads, and must not be called under a lock.</summary>
    public void WakeHere() => signal.Writer.TryWrite(true);

    /// <summary>Returns when something may be there.</summary>
    public ValueTask<bool> WaitAsync() => signal.Reader.ReadAsync();
}
