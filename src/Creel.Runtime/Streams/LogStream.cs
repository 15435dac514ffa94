using Creel.Core.Link;

namespace Creel.Runtime.Streams;

/// <summary>The end of the runtime's own log, and what is added to it.</summary>
internal static class LogStream
{
    public static async Task<StreamEnd> ServeAsync(LinkStream stream, StreamOpen order, RuntimeLog log)
    {
        var next = log.Changed;
        var offset = Start(log.FilePath, Math.Max(0, order.Lines));
        while (true)
        {
            offset = await SendAsync(stream, log.FilePath, offset).ConfigureAwait(false);
            if (!order.Follow)
            {
                return new StreamEnd(0);
            }

            await next.WaitAsync(stream.Over).ConfigureAwait(false);
            next = log.Changed;
        }
    }

    private static FileStream? Open(string path) =>
        OwnFile.Open(path, OwnFile.ReadOnly) is { } handle ? new FileStream(handle, FileAccess.Read) : null;

    /// <summary>Where the last so many lines begin.</summary>
    private static long Start(string path, int lines)
    {
        using var file = Open(path);
        if (file is null)
        {
            return 0;
        }

        var buffer = new byte[16 * 1024];
        var position = file.Length;
        var missing = lines + 1; // The last line's own end is one.
        while (position > 0)
        {
            var count = (int)Math.Min(buffer.Length, position);
            file.Position = position - count;
            file.ReadExactly(buffer, 0, count);
            for (var i = count - 1; i >= 0; i--)
            {
                if (buffer[i] == '\n' && --missing == 0)
                {
                    return position - count + i + 1;
                }
            }

            position -= count;
        }

        return 0;
    }

    private static async Task<long> SendAsync(LinkStream stream, string path, long offset)
    {
        await using var file = Open(path);
        if (file is null)
        {
            return 0;
        }

        // Shorter than what was sent already: a new file has taken its place.
        file.Position = offset > file.Length ? 0 : offset;
        var buffer = new byte[StreamFrame.MaxData];
        int count;
        while ((count = await file.ReadAsync(buffer, stream.Over).ConfigureAwait(false)) > 0)
        {
            await stream.SendAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
        }

        return file.Position;
    }
}
