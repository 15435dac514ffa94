using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Creel.Core.Link;

namespace Creel.Runtime.Link;

/// <summary>
/// What is to be sent, in two lanes: messages, which always go first, and stream data, of which little waits here at a time.
/// While no hub is connected nothing is kept: what matters is in the journal and is sent again after the next welcome.
/// </summary>
internal sealed class Outbox(Func<string> from, TimeProvider time)
{
    private const int BulkWaiting = 8;
    private readonly Lock gate = new();
    private readonly ConcurrentQueue<byte[]> messages = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private volatile Channel<OutFrame>? bulk;

    /// <summary>Nothing waits in the lane that goes first.</summary>
    public bool IsEmpty => messages.IsEmpty;

    /// <summary>From now on things are kept for sending, this one before all others; what was there before is gone.</summary>
    public void Open(string firstType, ReadOnlyMemory<byte> firstPayload)
    {
        lock (gate)
        {
            Close();
            messages.Enqueue(Encode(firstType, firstPayload));
            bulk = Channel.CreateBounded<OutFrame>(BulkWaiting);
            signal.Writer.TryWrite(true);
        }
    }

    public void Close()
    {
        lock (gate)
        {
            bulk?.Writer.TryComplete();
            bulk = null;
            messages.Clear();
        }
    }

    public void Post(string type, ReadOnlyMemory<byte> payload)
    {
        if (bulk is null)
        {
            return;
        }

        var message = Encode(type, payload);
        lock (gate)
        {
            if (bulk is not null)
            {
                messages.Enqueue(message);
                signal.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>
    /// A text message that may wait behind others of its kind, such as live output. False: nobody is connected.
    /// </summary>
    public ValueTask<bool> PostBulkAsync(
        string type,
        ReadOnlyMemory<byte> payload,
        TaskCompletionSource sent,
        CancellationToken cancel
    ) => PostBulkAsync(new OutFrame(Encode(type, payload), Text: true, sent), cancel);

    /// <summary>Waits for room. False: nobody is connected.</summary>
    public async ValueTask<bool> PostBulkAsync(OutFrame frame, CancellationToken cancel)
    {
        if (bulk is not { } lane)
        {
            return false;
        }

        try
        {
            await lane.Writer.WriteAsync(frame, cancel).ConfigureAwait(false);
            signal.Writer.TryWrite(true);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>The next thing to send: a message if there is one.</summary>
    public async ValueTask<OutFrame> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (messages.TryDequeue(out var message))
            {
                return new OutFrame(message, Text: true);
            }

            if (bulk is { } lane && lane.Reader.TryRead(out var frame))
            {
                return frame;
            }

            await signal.Reader.ReadAsync(cancel).ConfigureAwait(false);
        }
    }

    private byte[] Encode(string type, ReadOnlyMemory<byte> payload)
    {
        var now = time.GetUtcNow();
        var buffer = new ArrayBufferWriter<byte>(payload.Length + 160);
        var id = Guid.CreateVersion7(now).ToString("D");
        EnvelopeCodec.Write(buffer, new Envelope(id, from(), MessageTypes.Host, type, now.ToUnixTimeMilliseconds(), payload));
        return buffer.WrittenSpan.ToArray();
    }
}
