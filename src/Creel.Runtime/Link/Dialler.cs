using System.Net.WebSockets;

namespace Creel.Runtime.Link;

/// <summary>Opens one WebSocket to the hub: over its socket in the cell, or by URL and token.</summary>
internal static class Dialler
{
    public const string Protocol = "creel.link.1";

    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PingAnswer = TimeSpan.FromSeconds(10);

    public static Task<WebSocket> DialAsync(RuntimeSettings settings, CancellationToken cancel) =>
        settings.HubSocket is { } path ? SocketUpgrade.ConnectAsync(path, "/cell", Protocol, cancel) : UrlAsync(settings, cancel);

    private static async Task<WebSocket> UrlAsync(RuntimeSettings settings, CancellationToken cancel)
    {
        var client = new ClientWebSocket();
        client.Options.KeepAliveInterval = Ping;
        client.Options.KeepAliveTimeout = PingAnswer;
        client.Options.AddSubProtocol(Protocol);
        client.Options.SetRequestHeader("Authorization", "Bearer " + settings.Token);
        try
        {
            using var handler = new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
                SslOptions = PeerChain.Options(),
            };
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
            var address = new Uri(settings.HubUrl!, "/agent/" + Uri.EscapeDataString(settings.Agent!));
            await client.ConnectAsync(address, invoker, cancel).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
