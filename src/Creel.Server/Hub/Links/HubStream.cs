using System.Buffers.Binary;
using System.Text.Json;
using System.Threading.Channels;
using Creel.Core.Link;

namespace Creel.Server.Hub.Links;

/// <summary>
/// One byte stream between a client and a cell. Each direction has a window: what the client has not read yet is never more than
/// that, and what the cell has not read yet is not taken from the client.
/// </summary>
internal sealed class HubStream(uint id, Link link, LinkStreams streams)
{
    private readonly Channel<ReadOnlyMemory<byte>> fromCell = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly Lock gate = new();
    private readonly SemaphoreSlim credit = new(0);
    private int mayReceive = StreamFrame.InitialWindow;
    private int maySend = StreamFrame.InitialWindow;
    private int read;
    private bool over;
    private bool finished;

    public uint Id => id;

    /// <summary>How it ended; there once <see cref="ReadAsync"/> has answered null.</summary>
    public StreamEnd? End { get; private set; }

    public void Receive(StreamFrame frame)
    {
        switch (frame.Kind)
        {
            case StreamFrameKind.Data:
                Take(frame.Body);
                break;
            case StreamFrameKind.Window when frame.Body.Length == 4:
                Grant(BinaryPrimitives.ReadUInt32BigEndian(frame.Body.Span));
                break;
            case StreamFrameKind.Finish when !finished:
                // Once: what costs no window would otherwise be held without end for a client that does not read.
                finished = true;
                fromCell.Writer.TryWrite(default);
                break;
            case StreamFrameKind.End:
                streams.Remove(id);
                Finish(ReadEnd(frame.Body));
                break;
        }
    }

    /// <summary>The next bytes from the cell; empty when it will send no more; null at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancel)
    {
        while (await fromCell.Reader.WaitToReadAsync(cancel))
        {
            if (fromCell.Reader.TryRead(out var bytes))
            {
                return bytes;
            }
        }

        return null;
    }

    /// <summary>The client has these bytes now, so the cell may send as many more.</summary>
    public void Consumed(int count)
    {
        lock (gate)
        {
            read += count;
            if (over || read < StreamFrame.InitialWindow / 4)
            {
                return;
            }

            mayReceive += read;
            link.PostFrame(new StreamFrame(StreamFrameKind.Window, id, Number((uint)read)));
            read = 0;
        }
    }

    /// <summary>Sends bytes to the cell as fast as it reads. False when the stream is over.</summary>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (bytes.Length > 0)
        {
            var count = 0;
            lock (gate)
            {
                if (over)
                {
                    return false;
                }

                count = Math.Min(Math.Min(bytes.Length, StreamFrame.MaxData), maySend);
                maySend -= count;
            }

            if (count == 0)
            {
                await credit.WaitAsync(cancel);
                continue;
            }

            link.PostFrame(new StreamFrame(StreamFrameKind.Data, id, bytes[..count]));
            bytes = bytes[count..];
        }

        return true;
    }

    public void Resize(int columns, int rows)
    {
        var body = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)columns);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), (ushort)rows);
        Send(new StreamFrame(StreamFrameKind.Resize, id, body));
    }

    /// <summary>The client will send no more.</summary>
    public void SendFinish() => Send(new StreamFrame(StreamFrameKind.Finish, id, default));

    /// <summary>The client is gone.</summary>
    public void Abandon()
    {
        streams.Remove(id);
        Send(Ended("the client went away"));
        Finish(new StreamEnd());
    }

    /// <summary>Over, whoever said so first.</summary>
    public void Finish(StreamEnd end)
    {
        lock (gate)
        {
            if (over)
            {
                return;
            }

            over = true;
            End = end;
        }

        fromCell.Writer.TryComplete();
        credit.Release();
    }

    private void Send(StreamFrame frame)
    {
        lock (gate)
        {
            if (!over)
            {
                link.PostFrame(frame);
            }
        }
    }

    private StreamFrame Ended(string error) =>
        new(
            StreamFrameKind.End,
            id,
            JsonSerializer.SerializeToUtf8Bytes(new StreamEnd(Error: error), LinkJson.Default.StreamEnd)
        );

    private void Take(ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            mayReceive -= bytes.Length;
            if (mayReceive >= 0 && bytes.Length <= StreamFrame.MaxData)
            {
                if (bytes.Length > 0)
                {
                    fromCell.Writer.TryWrite(bytes.ToArray());
                }

                return;
            }

            streams.Remove(id);
            link.PostFrame(Ended("more than the window"));
        }

        Finish(new StreamEnd(Error: "the cell sent more than it may"));
    }

    private void Grant(uint count)
    {
        lock (gate)
        {
            // A window that only grows would be a way to make the hub take everything from the client at once.
            maySend = (int)Math.Min(maySend + (long)count, 16L * StreamFrame.InitialWindow);
        }

        credit.Release();
    }

    private static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    private static StreamEnd ReadEnd(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, LinkJson.Default.StreamEnd) ?? new StreamEnd();
        }
        catch (JsonException)
        {
            return new StreamEnd(Error: "the cell said no word of how it ended");
        }
    }
}
