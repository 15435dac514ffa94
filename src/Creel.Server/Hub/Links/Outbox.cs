using System.Threading.Channels;

namespace Creel.Server.Hub.Links;

/// <summary>What waits to be sent on a link, in two lanes: messages first, pieces of streams only when no message waits.</summary>
internal sealed class Outbox
{
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
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

        Wake();
    }

    public void AddFrame(ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            frames.Enqueue(frame);
            frameBytes += frame.Length;
        }

        Wake();
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

    public void Wake() => signal.Writer.TryWrite(true);

    /// <summary>Returns when something may be there.</summary>
    public ValueTask<bool> WaitAsync() => signal.Reader.ReadAsync();
}
