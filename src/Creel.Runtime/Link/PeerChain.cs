using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Creel.Runtime.Link;

/// <summary>
/// How the certificate of whoever is called is judged: by what he sends and what this machine has. A certificate may name an address where
/// its issuer is to be fetched, and it is read before it is trusted: nobody leads us there.
/// </summary>
internal static class PeerChain
{
    /// <summary>Of a TLS connection that we make.</summary>
    /// <param name="host">Null: who makes the connection says it.</param>
    public static SslClientAuthenticationOptions Options(string? host = null) =>
        new()
        {
            TargetHost = host,
            CertificateChainPolicy = new X509ChainPolicy
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
}
