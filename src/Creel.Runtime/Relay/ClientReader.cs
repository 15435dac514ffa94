using System.Net.Sockets;

namespace Creel.Runtime.Relay;

/// <summary>Reads a client's bytes: heads and lines as a whole, bodies in pieces. Nothing is read twice or lost.</summary>
internal sealed class ClientReader(Socket socket)
{
    public const int MaxHead = 64 * 1024;
    private byte[] buffer = new byte[8 * 1024];
    private int start;
    private int end;

    /// <summary>What has been read and not been taken.</summary>
    public ReadOnlyMemory<byte> Buffered => buffer.AsMemory(start, end - start);

    public void Take(int count) => start += count;

    /// <summary>Waits for at least one more byte than is there. False: the client has finished.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancel)
    {
        if (start == end)
        {
            start = end = 0;
        }
        else if (end == buffer.Length)
        {
            var length = end - start;
            var next = length > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
            Buffered.CopyTo(next);
            (buffer, start, end) = (next, 0, length);
        }

        var count = await socket.ReceiveAsync(buffer.AsMemory(end), cancel).ConfigureAwait(false);
        end += count;
        return count > 0;
    }

    /// <summary>Waits until there is anything. False: the client has finished.</summary>
    public ValueTask<bool> FillAnyAsync(CancellationToken cancel) => end > start ? ValueTask.FromResult(true) : FillAsync(cancel);

    /// <summary>
    /// How many bytes there are up to and with a mark; 0: the client finished first; -1: it is not within the limit.
    /// </summary>
    public async ValueTask<int> FindAsync(ReadOnlyMemory<byte> mark, int limit, CancellationToken cancel)
    {
        var seen = 0;
        while (true)
        {
            var from = Math.Max(0, seen - mark.Length + 1);
            var index = Buffered.Span[from..].IndexOf(mark.Span);
            if (index >= 0)
            {
                return from + index + mark.Length;
            }

            seen = Buffered.Length;
            if (seen >= limit)
            {
                return -1;
            }

            if (!await FillAsync(cancel).ConfigureAwait(false))
            {
                return 0;
            }
        }
    }
}
