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
        var body = context.Response.BodyWriter;
        body.Write(Encoding.ASCII.GetBytes(piece.Length.ToString("x", CultureInfo.InvariantCulture)));
        body.Write(LineEnd);
        body.Write(piece.Span);
        body.Write(LineEnd);
        await body.FlushAsync(cancel).ConfigureAwait(false);
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

        context.Response.BodyWriter.Write(Encoding.Latin1.GetBytes(end.Append("\r\n").ToString()));
        await context.Response.BodyWriter.FlushAsync(cancel).ConfigureAwait(false);
    }
}
