using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Creel.Adapters.Tls;

/// <summary>
/// How the certificate of whoever is called is judged: by what he sends and what this machine has. A certificate may name an address where
/// its issuer is to be fetched, and it is read before it is trusted: nobody leads us there.
/// </summary>
public static class PeerChain
{
    /// <summary>Of a TLS connection that we make.</summary>
    public static SslClientAuthenticationOptions Options => new() { CertificateChainPolicy = Policy };

    public static X509ChainPolicy Policy =>
        new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
}
