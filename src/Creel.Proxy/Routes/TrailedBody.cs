using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>
/// Chunks of our own making: the web server can say nothing after a body of HTTP/1.1, so an answer whose upstream announced
/// trailers is framed here (RFC 9112 §7.1). All others the server frames.
/// </summary>
internal static class TrailedBody
{
    private static readonly byte[] LineEnd = "\r\n"u8.ToArray();

    /// <summary>This answer needs it.</summary>
    public static bool IsFor(HttpContext context, HttpResponseMessage answer) =>
        HttpProtocol.IsHttp11(context.Request.Protocol)
        && answer.Headers.NonValidated.Contains("Trailer")
        && !HttpMethods.IsHead(context.Request.Method)
        && (int)answer.StatusCode is not (204 or 304);

    /// <summary>Before anything of the body.</summary>
    public static void Begin(HttpContext context)
    {
        context.Response.ContentLength = null;
        context.Response.Headers.TransferEncoding = "chunked";
    }

    public static async ValueTask WriteAsync(HttpContext context, ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{piece.Length:x}\r\n"));
        var length = head.Length + piece.Length + LineEnd.Length;
        var chunk = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            head.CopyTo(chunk, 0);
            piece.CopyTo(chunk.AsMemory(head.Length));
            LineEnd.CopyTo(chunk, head.Length + piece.Length);
            await context.Response.Body.WriteAsync(chunk.AsMemory(0, length), cancel).ConfigureAwait(false);
        }
        finally
        {
            chunk.AsSpan(0, length).Clear();
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <param name="trailers">Names and values without control characters.</param>
    public static async ValueTask EndAsync(
        HttpContext context,
        IEnumerable<(string Name, string Value)> trailers,
        CancellationToken cancel
    )
    {
        var end = new StringBuilder("0\r\n");
        foreach (var (name, value) in trailers)
        {
            end.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        await context
            .Response.Body.WriteAsync(Encoding.Latin1.GetBytes(end.Append("\r\n").ToString()), cancel)
            .ConfigureAwait(false);
    }
}
