using System.Net.Sockets;

namespace Creel.Runtime.Relay;

/// <summary>
/// One client of the relay. Its requests go to the proxy byte for byte, but those under /creel, which go to the hub. Each
/// request's end is followed, so that a kept connection may turn from one to the other and nothing of a request for the one
/// is ever taken for a request to the other.
/// </summary>
internal sealed class RelayConnection(Socket client, RelayTargets targets, CancellationToken cancel)
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private readonly ClientReader reader = new(client);

    public async Task ServeAsync()
    {
        using var proxy = new ProxyLine(client, targets.ProxySocket, cancel);
        while (await reader.FillAnyAsync(cancel).ConfigureAwait(false) && await RequestAsync(proxy).ConfigureAwait(false))
        {
            if (proxy.HasEnded)
            {
                return;
            }
        }

        await proxy.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>False: the connection is over, or both of its directions are passed on as they are.</summary>
    private async Task<bool> RequestAsync(ProxyLine proxy)
    {
        if (reader.Buffered.Span[0] is < (byte)'A' or > (byte)'z')
        {
            return await OpaqueAsync(proxy).ConfigureAwait(false);
        }

        var length = await reader.FindAsync(HeadEnd, ClientReader.MaxHead, cancel).ConfigureAwait(false);
        if (length <= 0)
        {
            return length < 0 && await RefuseAsync(proxy, RelayAnswer.HeadTooLarge).ConfigureAwait(false);
        }

        var bytes = reader.Buffered[..length];
        if (bytes.Span.StartsWith("PRI * HTTP/2.0\r\n"u8))
        {
            return await OpaqueAsync(proxy).ConfigureAwait(false);
        }

        if (RequestHead.Read(bytes.Span) is not { } head)
        {
            return await RefuseAsync(proxy, RelayAnswer.BadHead).ConfigureAwait(false);
        }

        if (head.IsForHub)
        {
            reader.Take(length);
            if (await proxy.LeaveAsync().ConfigureAwait(false))
            {
                await new HubRequest(client, reader, head, cancel).ServeAsync(targets.HubSocket).ConfigureAwait(false);
            }

            return false;
        }

        if (head.Opaque)
        {
            return await OpaqueAsync(proxy).ConfigureAwait(false);
        }

        if (!await proxy.OpenAsync().ConfigureAwait(false))
        {
            return await RefuseAsync(proxy, RelayAnswer.NoProxy).ConfigureAwait(false);
        }

        await proxy.SendAsync(bytes).ConfigureAwait(false);
        reader.Take(length);
        return await RequestBody.CopyAsync(head, reader, (piece, _) => proxy.SendAsync(piece), cancel).ConfigureAwait(false);
    }

    /// <summary>Not HTTP that we could follow: all that comes, both ways.</summary>
    private async Task<bool> OpaqueAsync(ProxyLine proxy)
    {
        if (!await proxy.OpenAsync().ConfigureAwait(false))
        {
            return await RefuseAsync(proxy, RelayAnswer.NoProxy).ConfigureAwait(false);
        }

        await proxy.SendAsync(reader.Buffered).ConfigureAwait(false);
        await proxy.CopyAllAsync().ConfigureAwait(false);
        return false;
    }

    private async Task<bool> RefuseAsync(ProxyLine proxy, RelayAnswer answer)
    {
        // In the middle of the proxy's answers a second voice would only confuse.
        if (!proxy.IsOpen)
        {
            await answer.SendAsync(client, cancel).ConfigureAwait(false);
        }

        return false;
    }
}
