using System.Globalization;

namespace Creel.Runtime.Relay;

/// <summary>Walks through a request's body to exactly its end.</summary>
internal static class RequestBody
{
    private const int MaxLine = 4 * 1024;
    private static readonly byte[] LineEnd = "\r\n"u8.ToArray();

    /// <param name="sink">Each piece as it came; true: it is the body's own, false: the chunks' framing.</param>
    /// <returns>False: it ended early, or is not framed as it said; the connection can't be used on.</returns>
    public static async ValueTask<bool> CopyAsync(
        RequestHead head,
        ClientReader reader,
        Func<ReadOnlyMemory<byte>, bool, ValueTask> sink,
        CancellationToken cancel
    )
    {
        if (!head.Chunked)
        {
            return await CopyBytesAsync(reader, head.Length, sink, cancel).ConfigureAwait(false);
        }

        while (await LineAsync(reader, sink, cancel).ConfigureAwait(false) is { } line)
        {
            var digits = line.Split(';')[0].TrimEnd(' ', '\t');
            if (
                digits.Length is 0 or > 15
                || !long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
            )
            {
                return false;
            }

            if (size == 0)
            {
                return await TrailersAsync(reader, sink, cancel).ConfigureAwait(false);
            }

            if (
                !await CopyBytesAsync(reader, size, sink, cancel).ConfigureAwait(false)
                || await LineAsync(reader, sink, cancel).ConfigureAwait(false) is not ""
            )
            {
                return false;
            }
        }

        return false;
    }

    private static async ValueTask<bool> TrailersAsync(
        ClientReader reader,
        Func<ReadOnlyMemory<byte>, bool, ValueTask> sink,
        CancellationToken cancel
    )
    {
        for (var count = 0; count < 100; count++)
        {
            switch (await LineAsync(reader, sink, cancel).ConfigureAwait(false))
            {
                case null:
                    return false;
                case "":
                    return true;
            }
        }

        return false;
    }

    private static async ValueTask<string?> LineAsync(
        ClientReader reader,
        Func<ReadOnlyMemory<byte>, bool, ValueTask> sink,
        CancellationToken cancel
    )
    {
        var length = await reader.FindAsync(LineEnd, MaxLine, cancel).ConfigureAwait(false);
        if (length <= 0)
        {
            return null;
        }

        var line = reader.Buffered[..length];
        var text = System.Text.Encoding.Latin1.GetString(line.Span[..^2]);
        if (text.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            return null;
        }

        await sink(line, false).ConfigureAwait(false);
        reader.Take(length);
        return text;
    }

    private static async ValueTask<bool> CopyBytesAsync(
        ClientReader reader,
        long count,
        Func<ReadOnlyMemory<byte>, bool, ValueTask> sink,
        CancellationToken cancel
    )
    {
        while (count > 0)
        {
            if (reader.Buffered.IsEmpty && !await reader.FillAsync(cancel).ConfigureAwait(false))
            {
                return false;
            }

            var piece = reader.Buffered[..(int)Math.Min(count, reader.Buffered.Length)];
            await sink(piece, true).ConfigureAwait(false);
            reader.Take(piece.Length);
            count -= piece.Length;
        }

        return true;
    }
}
