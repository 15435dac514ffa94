using Creel.Core;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Control;

/// <summary>A body of bounded size, in a buffer that nobody else ever sees.</summary>
internal static class SmallBody
{
    /// <exception cref="CreelException">It is longer.</exception>
    public static async Task<Memory<byte>> ReadAsync(HttpRequest request, int most, CancellationToken cancel)
    {
        var buffer = new byte[Math.Min(request.ContentLength ?? most, most) + 1];
        var length = 0;
        while (true)
        {
            var count = await request.Body.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            length += count;
            if (length > most)
            {
                buffer.AsSpan().Clear();
                throw new CreelException(
                    new Fault(FaultKind.TooLarge, "body-too-large", $"the body is longer than {most} bytes")
                );
            }

            if (count == 0)
            {
                return buffer.AsMemory(0, length);
            }
        }
    }
}
