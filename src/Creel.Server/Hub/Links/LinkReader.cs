using System.Buffers;
using System.Net.WebSockets;

namespace Creel.Server.Hub.Links;

/// <summary>Puts a link's fragments together to messages. An idle link holds no buffer; a message has a size and a time to come in.</summary>
internal sealed class LinkReader(WebSocket socket, Intake intake, TimeSpan patience, TimeProvider time)
{
    private const int FirstBuffer = 4096;

    /// <summary>A pool keeps one of each size for each thread: of the largest that would be a gigabyte soon.</summary>
    private const int MostPooled = 1024 * 1024;

    private byte[] buffer = [];
    private int length;
    private long taken;

    /// <summary>The longest message that may come, in bytes.</summary>
    public int Limit { get; set; }

    /// <summary>The last message; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Message => buffer.AsMemory(0, length);

    /// <summary>What came; Close where the other side closes.</summary>
    /// <exception cref="LinkFault">The message is too long, or comes in too slowly.</exception>
    public async ValueTask<WebSocketMessageType> ReadAsync(CancellationToken cancel)
    {
        Release();
        var got = await socket.ReceiveAsync(Memory<byte>.Empty, cancel);
        if (got.EndOfMessage || got.MessageType == WebSocketMessageType.Close)
        {
            return got.MessageType;
        }

        var start = time.GetTimestamp();
        buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        while (true)
        {
            got = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            length += got.Count;
            if (got.EndOfMessage || got.MessageType == WebSocketMessageType.Close)
            {
                return got.MessageType;
            }

            if (time.GetElapsedTime(start) > patience)
            {
                throw new LinkFault(CloseCodes.Slow, $"a message took longer than {patience.TotalSeconds:0} s");
            }

            if (length == buffer.Length)
            {
                Grow();
            }
        }
    }

    public void Release()
    {
        Exchange([]);
        intake.Give(taken);
        length = 0;
        taken = 0;
    }

    private void Grow()
    {
        if (length >= Limit)
        {
            throw new LinkFault(CloseCodes.TooLong, $"a message is longer than {Limit} bytes");
        }

        var size = (int)Math.Min(Limit + 1L, length * 2L);
        if (!intake.TryTake(size - taken))
        {
            throw new LinkFault(CloseCodes.TryAgain, "this cell sends too much at once on its links; come again");
        }

        taken = size;
        var larger = size <= MostPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        buffer.AsSpan(0, length).CopyTo(larger);
        Exchange(larger);
    }

    private void Exchange(byte[] next)
    {
        if (buffer.Length is > 0 and <= MostPooled)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = next;
    }
}

/// <summary>The other side of a link broke a rule: it is closed with this code and sentence.</summary>
internal sealed class LinkFault(int code, string reason) : Exception(reason)
{
    public int Code { get; } = code;
}
