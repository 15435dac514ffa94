using System.Buffers.Binary;
using System.Text.Json;
using System.Threading.Channels;
using Creel.Core.Link;
using Creel.Runtime.Link;

namespace Creel.Runtime.Streams;

/// <summary>
/// One byte stream over the link, with a window each way: neither side holds more than that of what the other has not taken.
/// </summary>
internal sealed class LinkStream(uint id, Outbox outbox)
{
    private readonly Channel<byte[]> incoming = Channel.CreateUnbounded<byte[]>();
    private readonly CancellationTokenSource over = new();
    private readonly Credit credit = new(StreamFrame.InitialWindow);
    private long room = StreamFrame.InitialWindow;
    private int taken;

    public uint Id => id;

    /// <summary>The other side ended it, or the link is gone.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>Set by a shell: columns and rows.</summary>
    public Action<int, int>? Resized { get; set; }

    /// <summary>What came; null when the other side has finished.</summary>
    public async ValueTask<byte[]?> ReceiveAsync()
    {
        if (!await incoming.Reader.WaitToReadAsync(Over).ConfigureAwait(false) || !incoming.Reader.TryRead(out var bytes))
        {
            return null;
        }

        taken += bytes.Length;
        if (taken >= StreamFrame.InitialWindow / 2)
        {
            var grant = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(grant, (uint)taken);
            Interlocked.Add(ref room, taken);
            taken = 0;
            await PostAsync(StreamFrameKind.Window, grant, Over).ConfigureAwait(false);
        }

        return bytes;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = await credit.TakeAsync(Math.Min(bytes.Length, StreamFrame.MaxData), Over).ConfigureAwait(false);
            await PostAsync(StreamFrameKind.Data, bytes[..count], Over).ConfigureAwait(false);
            bytes = bytes[count..];
        }
    }

    /// <summary>No more data from here; the other direction goes on.</summary>
    public ValueTask FinishAsync() => PostAsync(StreamFrameKind.Finish, default, Over);

    public ValueTask EndAsync(StreamEnd end) =>
        PostAsync(
            StreamFrameKind.End,
            JsonSerializer.SerializeToUtf8Bytes(end, LinkJson.Default.StreamEnd),
            CancellationToken.None
        );

    /// <summary>Takes a frame of the other side; a sentence where it breaks the rules.</summary>
    public string? Take(StreamFrame frame)
    {
        switch (frame.Kind)
        {
            case StreamFrameKind.Data:
                if (frame.Body.Length > StreamFrame.MaxData || Interlocked.Add(ref room, -frame.Body.Length) < 0)
                {
                    return "more data came than the window allows";
                }

                // An empty one takes no window, so a million of them must take no memory either.
                if (!frame.Body.IsEmpty)
                {
                    incoming.Writer.TryWrite(frame.Body.ToArray());
                }

                return null;
            case StreamFrameKind.Window:
                return frame.Body.Length == 4 && credit.Grant(BinaryPrimitives.ReadUInt32BigEndian(frame.Body.Span))
                    ? null
                    : "a window frame is wrong";
            case StreamFrameKind.Finish:
                incoming.Writer.TryComplete();
                return null;
            case StreamFrameKind.Resize:
                if (frame.Body.Length != 4)
                {
                    return "a resize frame is wrong";
                }

                Resized?.Invoke(
                    BinaryPrimitives.ReadUInt16BigEndian(frame.Body.Span),
                    BinaryPrimitives.ReadUInt16BigEndian(frame.Body.Span[2..])
                );
                return null;
            default:
                return $"a frame of kind {frame.Kind} makes no sense here";
        }
    }

    public void Close()
    {
        incoming.Writer.TryComplete();
        over.Cancel();
    }

    private async ValueTask PostAsync(StreamFrameKind kind, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        await outbox
            .PostBulkAsync(new OutFrame(new StreamFrame(kind, id, body).ToBytes(), Text: false), cancel)
            .ConfigureAwait(false);
}
