using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Creel.Proxy.Egress;
using Creel.Proxy.Offline;

namespace Creel.Proxy.Routes;

/// <summary>
/// The HTTP clients by which requests leave: one for public hosts, one for upstreams on this machine or in its network, and one
/// for what cells reach by plain HTTP, so that none of these ever shares a connection. And one by which nothing leaves.
/// </summary>
internal sealed class Lines(Dialler dialler, X509Certificate2Collection? roots) : IDisposable
{
    public HttpMessageInvoker Public { get; } = new(Handler(dialler, local: false, roots));

    public HttpMessageInvoker Local { get; } = new(Handler(dialler, local: true, roots));

    public HttpMessageInvoker Plain { get; } = new(Handler(dialler, local: false, roots));

    public HttpMessageInvoker Offline { get; } = new(new OfflineUpstream());

    public void Dispose()
    {
        Offline.Dispose();
        Public.Dispose();
        Local.Dispose();
        Plain.Dispose();
    }

    /// <param name="roots">Whom to trust; null: whom this system trusts.</param>
    private static SocketsHttpHandler Handler(Dialler dialler, bool local, X509Certificate2Collection? roots) =>
        new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PreAuthenticate = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),

            // How many calls a cell has under way is bounded. A bound on them all would be one that a cell could use up for the others.
            MaxConnectionsPerServer = int.MaxValue,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            MaxResponseHeadersLength = 64,

            // An answer that nobody reads to its end takes its connection with it: the upstream must notice.
            MaxResponseDrainSize = 0,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ConnectCallback = async (context, cancel) =>
            {
                var to = context.DnsEndPoint;
                var socket = await dialler.ConnectAsync(to.Host, to.Port, local, cancel).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Chain(roots) },
        };

    /// <summary>
    /// A certificate may name an address where its issuer is to be fetched, and it is read before it is trusted: nobody leads the proxy
    /// there, past all that it holds to.
    /// </summary>
    private static X509ChainPolicy Chain(X509Certificate2Collection? roots)
    {
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }
}
