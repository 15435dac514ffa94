using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Creel.Runtime.Relay;

/// <summary>
/// One client of the relay. Its requests go to the proxy byte for byte, but those under /creel, which go to the hub. Each
/// request's end is followed, so that a kept connection may turn from one to the other and nothing of a request for the one
/// is ever taken for a request to the other.
/// </summary>
internal sealed class RelayConnection(Socket client, RelayTargets targets, CancellationToken cancel)
{
    private const int MaxHubBody = 4 * 1024 * 1024;
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(60);
    private static readonly string[] NotPassedOn =
    [
        "host",
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "content-length",
        "upgrade",
        "expect",
        "proxy-connection",
        "proxy-authorization",
    ];

    private readonly ClientReader reader = new(client);
    private Socket? proxy;
    private Task back = Task.CompletedTask;
    private volatile bool leaving;
    private volatile bool left;

    public async Task ServeAsync()
    {
        try
        {
            while (await reader.FillAnyAsync(cancel).ConfigureAwait(false) && await RequestAsync().ConfigureAwait(false))
            {
                if (back.IsCompleted)
                {
                    return;
                }
            }

            proxy?.Shutdown(SocketShutdown.Send);
            await back.ConfigureAwait(false);
        }
        finally
        {
            proxy?.Dispose();
        }
    }

    /// <summary>False: the connection is over, or both of its directions are passed on as they are.</summary>
    private async Task<bool> RequestAsync()
    {
        if (reader.Buffered.Span[0] is < (byte)'A' or > (byte)'z')
        {
            return await OpaqueAsync().ConfigureAwait(false);
        }

        var length = await reader.FindAsync(HeadEnd, ClientReader.MaxHead, cancel).ConfigureAwait(false);
        if (length == 0)
        {
            return false;
        }

        if (length < 0)
        {
            return await AnswerAsync(
                    "431 Request Header Fields Too Large",
                    "head-large",
                    "the request's head is longer than 64 KiB"
                )
                .ConfigureAwait(false);
        }

        var bytes = reader.Buffered[..length];
        if (bytes.Span.StartsWith("PRI * HTTP/2.0\r\n"u8))
        {
            return await OpaqueAsync().ConfigureAwait(false);
        }

        if (RequestHead.Read(bytes.Span) is not { } head)
        {
            return await AnswerAsync("400 Bad Request", "bad-request", "the request's head is not HTTP/1.1 without doubt")
                .ConfigureAwait(false);
        }

        if (head.IsForHub)
        {
            reader.Take(length);
            await HubAsync(head).ConfigureAwait(false);
            return false;
        }

        if (!await ReachProxyAsync().ConfigureAwait(false))
        {
            return false;
        }

        if (head.Opaque)
        {
            return await OpaqueAsync().ConfigureAwait(false);
        }

        await proxy!.SendAllAsync(bytes, cancel).ConfigureAwait(false);
        reader.Take(length);
        return await RequestBody
            .CopyAsync(head, reader, (piece, _) => proxy!.SendAllAsync(piece, cancel), cancel)
            .ConfigureAwait(false);
    }

    private async Task<bool> ReachProxyAsync()
    {
        if (proxy is not null)
        {
            return true;
        }

        proxy = await SocketBytes.ConnectAsync(targets.ProxySocket, cancel).ConfigureAwait(false);
        if (proxy is null)
        {
            await AnswerAsync(
                    "503 Service Unavailable",
                    "no-proxy",
                    "this cell has no proxy, so nothing outside of it can be reached"
                )
                .ConfigureAwait(false);
            return false;
        }

        back = AnswersAsync(proxy);
        return true;
    }

    private async Task AnswersAsync(Socket from)
    {
        await SocketBytes.CopyAsync(from, client, cancel, finish: false).ConfigureAwait(false);
        if (!leaving)
        {
            left = true;
            client.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Not HTTP that we could follow: all that comes, both ways, until both ends have finished.</summary>
    private async Task<bool> OpaqueAsync()
    {
        if (!await ReachProxyAsync().ConfigureAwait(false))
        {
            return false;
        }

        await proxy!.SendAllAsync(reader.Buffered, cancel).ConfigureAwait(false);
        await SocketBytes.CopyAsync(client, proxy!, cancel).ConfigureAwait(false);
        await back.ConfigureAwait(false);
        return false;
    }

    /// <summary>One request, with a head of our own making and a body of known length, on a connection of its own.</summary>
    private async Task HubAsync(RequestHead head)
    {
        if (proxy is not null)
        {
            // Answers that are still on their way come first. The proxy sees that no more will be asked.
            leaving = true;
            proxy.Shutdown(SocketShutdown.Send);
            await SocketBytes.DrainAsync(back, LastAnswers, cancel).ConfigureAwait(false);
            if (left || !back.IsCompletedSuccessfully)
            {
                return;
            }
        }

        if (head.ExpectsContinue)
        {
            await client.SendAllAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancel).ConfigureAwait(false);
        }

        var body = new ArrayBufferWriter<byte>();
        var whole =
            head.Length <= MaxHubBody
            && await RequestBody.CopyAsync(head, reader, (piece, own) => Keep(body, piece, own), cancel).ConfigureAwait(false);
        if (!whole || body.WrittenCount > MaxHubBody)
        {
            var large = head.Length > MaxHubBody || body.WrittenCount > MaxHubBody;
            await (
                large
                    ? AnswerAsync("413 Content Too Large", "body-large", "a request to the hub has at most 4 MiB")
                    : AnswerAsync("400 Bad Request", "bad-request", "the request's body is not framed as its head says")
            ).ConfigureAwait(false);
            return;
        }

        using var hub = await SocketBytes.ConnectAsync(targets.HubSocket, cancel).ConfigureAwait(false);
        if (hub is null)
        {
            await AnswerAsync("503 Service Unavailable", "no-hub", "the hub can't be reached at the moment")
                .ConfigureAwait(false);
            return;
        }

        await hub.SendAllAsync(Encoding.Latin1.GetBytes(HeadFor(head, body.WrittenCount)), cancel).ConfigureAwait(false);
        await hub.SendAllAsync(body.WrittenMemory, cancel).ConfigureAwait(false);
        await SocketBytes.CopyAsync(hub, client, cancel).ConfigureAwait(false);
    }

    private static ValueTask Keep(ArrayBufferWriter<byte> body, ReadOnlyMemory<byte> piece, bool own)
    {
        if (own && body.WrittenCount <= MaxHubBody)
        {
            body.Write(piece.Span);
        }

        return ValueTask.CompletedTask;
    }

    private static string HeadFor(RequestHead head, int length)
    {
        var dropped = head.All("connection")
            .SelectMany(v => v.Split(','))
            .Select(v => v.Trim())
            .Concat(NotPassedOn)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{head.Method} {head.Target} {head.Version}\r\nHost: hub\r\nConnection: close\r\nContent-Length: {length}\r\n"
        );
        foreach (var (name, value) in head.Headers.Where(h => !dropped.Contains(h.Name)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return text.Append("\r\n").ToString();
    }

    /// <summary>A whole answer of our own, after which the connection ends. Always false.</summary>
    private async Task<bool> AnswerAsync(string status, string code, string error)
    {
        if (proxy is not null && !leaving)
        {
            // In the middle of the proxy's answers a second voice would only confuse.
            return false;
        }

        var body = $$"""{"error":"{{error}}","code":"{{code}}"}""";
        var head =
            $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n"
            + "Retry-After: 5\r\nConnection: close\r\n\r\n";
        await client.SendAllAsync(Encoding.ASCII.GetBytes(head + body), cancel).ConfigureAwait(false);
        client.Shutdown(SocketShutdown.Send);

        // Closing with bytes unread would take the answer back before it is seen.
        await SocketBytes
            .DrainAsync(SocketBytes.IgnoreAsync(client, cancel), TimeSpan.FromSeconds(1), cancel)
            .ConfigureAwait(false);
        return false;
    }
}
