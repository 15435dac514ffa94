using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Hardening;
using Creel.Proxy.Keys;

namespace Creel.Proxy.Intercept;

/// <summary>
/// The habitat's own certificate authority. Its key never leaves this process but encrypted; its certificate is for the cells, and
/// good for the upstreams' names alone, so that even a stolen key is worth nothing for others. When names come, it is issued anew with
/// the same key: cells that have the older one still trust what that one allows.
/// </summary>
internal sealed class Authority : IDisposable
{
    private const string KeyFile = "authority.key";
    private const string Subject = "CN=Creel habitat authority";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(5 * 365);
    private static readonly TimeSpan Early = TimeSpan.FromDays(365);

    /// <summary>Clocks differ.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromDays(1);
    private static readonly byte[] Mark = Encoding.ASCII.GetBytes("creel authority 1\n");

    private readonly string home;
    private readonly TimeProvider time;
    private readonly ECDsa key;
    private readonly byte[] keyId;

    /// <param name="home">The proxy's own folder.</param>
    /// <param name="credentials">Where systemd puts credentials, if it does.</param>
    /// <exception cref="CreelException">Its key can't be read or written.</exception>
    public Authority(string home, string? credentials, TimeProvider time)
    {
        (this.home, this.time) = (home, time);
        key = Load(home, credentials);
        keyId = SHA1.HashData(key.ExportSubjectPublicKeyInfo());
        Certificate = Read();
    }

    /// <summary>As it stands for the names that were asked for last; null before that.</summary>
    public X509Certificate2? Certificate { get; private set; }

    private string CertificateFile => Path.Combine(home, ProxyNames.Authority);

    /// <summary>Issues the certificate for these names, unless the one that there is does already.</summary>
    /// <exception cref="CreelException">It can't be written.</exception>
    public void Allow(IReadOnlyCollection<string> names)
    {
        var wanted = NameConstraints.Only(names.Order(StringComparer.Ordinal));
        if (
            Certificate is { } there
            && there.NotAfter.ToUniversalTime() - time.GetUtcNow() > Early
            && there.Extensions.Any(e => e.Oid!.Value == wanted.Oid!.Value && e.RawData.AsSpan().SequenceEqual(wanted.RawData))
        )
        {
            return;
        }

        if (names.Count == 0)
        {
            return;
        }

        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(keyId, critical: false));
        request.CertificateExtensions.Add(wanted);
        var now = time.GetUtcNow();
        Certificate = request.CreateSelfSigned(now - Before, now + Lifetime);
        Write(CertificateFile, Encoding.ASCII.GetBytes(Certificate.ExportCertificatePem() + "\n"));
    }

    /// <summary>A certificate with its key, for one of the names.</summary>
    public X509Certificate2 Issue(string name, TimeSpan lifetime)
    {
        using var leaf = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={(name.Length <= 64 ? name : "Creel")}", leaf, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(keyId));
        var now = time.GetUtcNow();
        using var signed = request.Create(
            new X500DistinguishedName(Subject),
            X509SignatureGenerator.CreateForECDsa(key),
            now - Before,
            now + lifetime,
            RandomNumberGenerator.GetBytes(16)
        );
        return signed.CopyWithPrivateKey(leaf);
    }

    public void Dispose() => key.Dispose();

    private X509Certificate2? Read()
    {
        try
        {
            var found = X509CertificateLoader.LoadCertificateFromFile(CertificateFile);
            return found.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
                ? found
                : null;
        }
        catch (CryptographicException)
        {
            // None yet, or no certificate: it is written anew.
            return null;
        }
    }

    private static ECDsa Load(string home, string? credentials)
    {
        var path = Path.Combine(home, KeyFile);
        var master = MasterKey.Load(home, credentials);
        try
        {
            if (!File.Exists(path))
            {
                var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var secret = made.ExportPkcs8PrivateKey();
                Write(path, SealedBytes.Seal(secret, master, Mark));
                CryptographicOperations.ZeroMemory(secret);
                return made;
            }

            var read = SealedBytes.Open(File.ReadAllBytes(path), master, Mark) ?? throw Unreadable(path);
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(read, out _);
            CryptographicOperations.ZeroMemory(read);
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unreadable(path, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(master);
        }
    }

    private static void Write(string path, byte[] content)
    {
        try
        {
            OwnFile.Write(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "authority",
                    $"{path} can't be written: {e.Message.TrimEnd('.')}",
                    "see whether the disk is full"
                ),
                e
            );
        }
    }

    private static CreelException Unreadable(string path, Exception? cause = null) =>
        new(
            Fault.Refused(
                "authority",
                $"the authority's key {path} can't be read with the key that the proxy has now",
                "delete it: a new one is made, and cells trust it once they start anew"
            ),
            cause
        );
}
