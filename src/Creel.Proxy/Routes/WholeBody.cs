using System.Buffers;
using Creel.Proxy.Doors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Creel.Proxy.Routes;

/// <summary>A request's body, read to its end before anything of it goes on.</summary>
/// <param name="all">What all cells together may have held.</param>
internal sealed class WholeBody(Cell cell, ByteRoom all) : IDisposable
{
    private const int FirstRent = 256 * 1024;
    private byte[] buffer = [];
    private int length;
    private long taken;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <returns>Why not, as a status: 413 longer than allowed, 429 no room at the moment; null: it is there.</returns>
    public async ValueTask<int?> ReadAsync(HttpRequest request, long limit, CancellationToken cancel)
    {
        if (request.ContentLength > limit)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        if (!TryGrow((int)Math.Min(request.ContentLength ?? 16 * 1024, FirstRent)))
        {
            return StatusCodes.Status429TooManyRequests;
        }

        // What is between the chunks counts there, too: without it a chunk's extension may go on for ever.
        if (
            request.ContentLength is null
            && request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size
        )
        {
            size.MaxRequestBodySize = limit * 8;
        }

        while (true)
        {
            if (length == buffer.Length && length != request.ContentLength)
            {
                if (length > limit)
                {
                    return StatusCodes.Status413PayloadTooLarge;
                }

                if (
                    !TryGrow(
                        (int)Math.Min(Math.Max(length * 2L, 4096), Math.Min(request.ContentLength ?? long.MaxValue, limit + 1))
                    )
                )
                {
                    return StatusCodes.Status429TooManyRequests;
                }
            }

            var count = await request.Body.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            length += count;
            if (count == 0)
            {
                return length > limit ? StatusCodes.Status413PayloadTooLarge : null;
            }
        }
    }

    public void Dispose()
    {
        // Prompts of one cell never show up in a buffer that serves another.
        Return(buffer, length);
        buffer = [];
        cell.Room.GiveBack(taken);
        all.GiveBack(taken);
        taken = 0;
    }

    private bool TryGrow(int size)
    {
        var more = size - taken;
        if (more > 0)
        {
            if (!cell.Room.TryTake(more))
            {
                return false;
            }

            if (!all.TryTake(more))
            {
                cell.Room.GiveBack(more);
                return false;
            }

            taken += more;
        }

        var larger = size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, length).CopyTo(larger);
        Return(buffer, length);
        buffer = larger;
        return true;
    }

    private static void Return(byte[] used, int length)
    {
        if (used.Length > 0)
        {
            used.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(used);
        }
    }
}
