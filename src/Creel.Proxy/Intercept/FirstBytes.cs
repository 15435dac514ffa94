using System.Buffers;
using System.Text;
using Creel.Proxy.Doors;
using Creel.Proxy.Egress;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Creel.Proxy.Intercept;

/// <summary>
/// Looks at how a connection begins: TLS is ended here or passed on, a <c>CONNECT</c> becomes a tunnel, everything else is a request.
/// The web server has no way to give a connection away, so this stands before it; a CONNECT is read by its own parser.
/// </summary>
/// <param name="patience">How long it may take to say so.</param>
internal sealed class FirstBytes(Standing standing, Tunnels tunnels, Interception interception, TimeSpan patience)
{
    /// <summary>No method begins so.</summary>
    private const byte HandshakeRecord = 0x16;

    /// <summary>Bytes of a CONNECT's head, at most.</summary>
    private const int LongestHead = 16 * 1024;

    private static readonly byte[] BadRequest =
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<Cell>() is not { } cell)
        {
            // The compatibility port knows requests alone.
            await next(connection).ConfigureAwait(false);
            return;
        }

        var ending = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, ending);
        limit.CancelAfter(patience);
        string? target;
        try
        {
            var begin = await BeginAsync(connection, limit.Token).ConfigureAwait(false);
            if (begin != Begin.Connect)
            {
                limit.CancelAfter(Timeout.InfiniteTimeSpan);
                await (
                    begin == Begin.Tls ? interception.DirectAsync(cell, connection, next, ending) : next(connection)
                ).ConfigureAwait(false);
                return;
            }

            target = await TargetAsync(connection, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            target = null;
        }

        if (target is null)
        {
            await connection.Transport.Output.WriteAsync(BadRequest).ConfigureAwait(false);
            return;
        }

        try
        {
            await (
                HostPort.TryParse(target, null, out var asked) && standing.Orders.Intercept && standing.IsUpstreamHost(asked.Host)
                    ? interception.AfterConnectAsync(cell, asked, connection, next)
                    : tunnels.ServeAsync(cell, target, connection.Transport, connection.ConnectionClosed, ending)
            ).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client is gone.
        }
    }

    private enum Begin
    {
        Tls,
        Connect,
        Request,
    }

    private static async ValueTask<Begin> BeginAsync(ConnectionContext connection, CancellationToken cancel)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancel).ConfigureAwait(false);
            var begin = Of(read.Buffer);
            var more = begin is null && !read.IsCompleted;
            input.AdvanceTo(read.Buffer.Start, more ? read.Buffer.End : read.Buffer.Start);
            if (!more)
            {
                return begin ?? Begin.Request;
            }
        }
    }

    /// <returns>Null: too little is there.</returns>
    private static Begin? Of(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length > 0 && buffer.FirstSpan is [HandshakeRecord, ..])
        {
            return Begin.Tls;
        }

        var word = "CONNECT "u8;
        Span<byte> first = stackalloc byte[8];
        first = first[..(int)Math.Min(buffer.Length, word.Length)];
        buffer.Slice(0, first.Length).CopyTo(first);
        return !word.StartsWith(first) ? Begin.Request
            : first.Length == word.Length ? Begin.Connect
            : null;
    }

    /// <returns>What follows the word; null: this is no such request.</returns>
    private static async ValueTask<string?> TargetAsync(ConnectionContext connection, CancellationToken cancel)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancel).ConfigureAwait(false);
            var head = new ConnectHead();
            var whole = Parse(head, read.Buffer, out var consumed);
            input.AdvanceTo(whole ? consumed : read.Buffer.Start, whole ? consumed : read.Buffer.End);
            if (whole)
            {
                return head.IsPlain ? head.Target : null;
            }

            if (read.IsCompleted || read.Buffer.Length > LongestHead)
            {
                return null;
            }
        }
    }

    private static bool Parse(ConnectHead head, ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        var parser = new HttpParser<ConnectHead>();
        var reader = new SequenceReader<byte>(buffer);
        var whole = parser.ParseRequestLine(head, ref reader) && parser.ParseHeaders(head, ref reader);
        consumed = reader.Position;
        return whole;
    }

    private sealed class ConnectHead : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public string? Target { get; private set; }

        /// <summary>No body is announced, which nobody could tell from what is to go through the tunnel.</summary>
        public bool IsPlain { get; private set; } = true;

        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
            var target = startLine[targetPath.Offset..];
            var end = target.IndexOf((byte)' ');
            Target = Encoding.ASCII.GetString(end < 0 ? target : target[..end]);
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (
                Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8)
                || Ascii.EqualsIgnoreCase(name, "content-length"u8) && !value.SequenceEqual("0"u8)
            )
            {
                IsPlain = false;
            }
        }

        public void OnHeadersComplete(bool endStream) { }

        public void OnStaticIndexedHeader(int index) => IsPlain = false;

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => IsPlain = false;
    }
}
