using System.Net.Sockets;
using System.Net.WebSockets;
using Creel.Adapters.Tls;

namespace Creel.Adapters.OpenClaw;

/// <summary>The way to a gateway: TCP, TLS where its address asks for it, and the WebSocket over them.</summary>
internal sealed class GatewayDialler : IDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    private readonly HttpMessageInvoker http;

    public GatewayDialler(Certificates certificates)
    {
        WebSocket.Options.KeepAliveInterval = WebSocket.Options.KeepAliveTimeout = KeepAlive;
        WebSocket.Options.CollectHttpResponseDetails = true;

        // What is shown here is for this address alone: nobody leads us to another. What we trace here is no business of theirs.
        var straight = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
        };
        straight.SslOptions = PeerChain.Options;
        straight.SslOptions.RemoteCertificateValidationCallback = certificates.Take;
        straight.ConnectCallback = ConnectAsync;
        http = new HttpMessageInvoker(straight);
    }

    public ClientWebSocket WebSocket { get; } = new();

    /// <summary>Somebody took the connection, whatever became of it then.</summary>
    public bool Connected { get; private set; }

    /// <exception cref="WebSocketException">Nobody takes it, or it is no gateway.</exception>
    public Task OpenAsync(Uri url, CancellationToken cancel) => WebSocket.ConnectAsync(url, http, cancel);

    public void Dispose()
    {
        WebSocket.Dispose();
        http.Dispose();
    }

    /// <summary>As it is done without us, and known from then on.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(context.DnsEndPoint, cancel).ConfigureAwait(false);
        }
        catch
        {
            tcp.Dispose();
            throw;
        }

        Connected = true;
        return new NetworkStream(tcp, ownsSocket: true);
    }
}
