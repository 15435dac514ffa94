using System.Net.Sockets;
using System.Net.WebSockets;

namespace Creel.Runtime.Link;

/// <summary>Opens one WebSocket to the hub: over its socket in the cell, or by URL and token.</summary>
internal static class Dialler
{
    public const string Protocol = "creel.link.1";

    public static async Task<WebSocket> DialAsync(RuntimeSettings settings, CancellationToken cancel)
    {
        var client = new ClientWebSocket();
        client.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
        client.Options.KeepAliveTimeout = TimeSpan.FromSeconds(10);
        client.Options.AddSubProtocol(Protocol);
        try
        {
            using var handler = new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
            };
            var address = Address(settings, client.Options, handler);
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
            await client.ConnectAsync(address, invoker, cancel).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static Uri Address(RuntimeSettings settings, ClientWebSocketOptions options, SocketsHttpHandler handler)
    {
        if (settings.HubSocket is not { } path)
        {
            options.SetRequestHeader("Authorization", "Bearer " + settings.Token);
            return new Uri(settings.HubUrl!, "/agent/" + Uri.EscapeDataString(settings.Agent!));
        }

        handler.ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
        return new Uri("ws://hub/cell");
    }
}
