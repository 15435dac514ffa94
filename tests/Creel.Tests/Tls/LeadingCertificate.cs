using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Creel.Tests.Tls;

/// <summary>A certificate that says where its issuer is to be fetched, which is a listener of its own that never answers.</summary>
internal sealed class LeadingCertificate : IDisposable
{
    private readonly TcpListener issuer = new(IPAddress.Loopback, 0);

    public LeadingCertificate()
    {
        issuer.Start();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Root("CN=nobody's root", rootKey);
        var request = new CertificateRequest("CN=127.0.0.1", leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509AuthorityInformationAccessExtension(ocspUris: null, [$"http://127.0.0.1:{Port}/issuer"])
        );
        var now = DateTimeOffset.UtcNow;
        using var signed = request.Create(root, now.AddHours(-1), now.AddHours(2), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(leafKey);
        Certificate = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>Somebody connected to where the certificate leads.</summary>
    public bool WasFollowed => issuer.Pending();

    private int Port => ((IPEndPoint)issuer.LocalEndpoint).Port;

    /// <summary>PEM of an authority that has nothing to do with it.</summary>
    public static string AnotherRoot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Root("CN=somebody's root", key);
        return root.ExportCertificatePem();
    }

    public void Dispose()
    {
        issuer.Dispose();
        Certificate.Dispose();
    }

    private static X509Certificate2 Root(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
