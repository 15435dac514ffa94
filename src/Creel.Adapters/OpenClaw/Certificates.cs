using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Creel.Adapters.Tls;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>Whether the certificate of a gateway is taken: by a pin, by authorities of the user's, or by the machine's.</summary>
internal sealed class Certificates(GatewayAccess access)
{
    private const int LongestSubject = 200;

    private readonly X509Certificate2Collection authorities = Read(access.CaFile);

    /// <summary>Why the last one was not taken; null: it was, or there was none.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Of the last one: SHA-256, hexadecimal.</summary>
    public string? Seen { get; private set; }

    /// <summary>The last one was taken.</summary>
    public bool Taken => Seen is not null && Trouble is null;

    public bool Take(object sender, X509Certificate? given, X509Chain? chain, SslPolicyErrors errors)
    {
        Trouble = null;
        if (given is null)
        {
            Trouble = "it shows no certificate";
            return false;
        }

        using var certificate = new X509Certificate2(given);
        Seen = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        if (access.Pin is { } pin)
        {
            // A pin stands for itself: name and authority say nothing beside it.
            Trouble = CryptographicOperations.FixedTimeEquals(Convert.FromHexString(pin), Convert.FromHexString(Seen))
                ? null
                : $"its certificate is another one than the one that is pinned (it is {Seen})";
            return Trouble is null;
        }

        if (authorities.Count > 0)
        {
            errors = ByOwn(certificate, chain, errors);
        }

        Trouble =
            errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"its certificate is for another name ({PlainLine.Of(certificate.Subject, LongestSubject)})"
            : errors != SslPolicyErrors.None ? $"nobody whom this machine trusts vouches for its certificate (it is {Seen})"
            : null;
        return Trouble is null;
    }

    private SslPolicyErrors ByOwn(X509Certificate2 certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = PeerChain.Policy;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        foreach (var between in sent?.ChainElements.Select(e => e.Certificate) ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(between);
        }

        return chain.Build(certificate)
            ? errors & ~SslPolicyErrors.RemoteCertificateChainErrors
            : errors | SslPolicyErrors.RemoteCertificateChainErrors;
    }

    private static X509Certificate2Collection Read(string? file)
    {
        var found = new X509Certificate2Collection();
        if (file is null)
        {
            return found;
        }

        try
        {
            found.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CreelException(Fault.Invalid("gateway-ca", $"{file} can't be read: {e.Message}"), e);
        }

        return found.Count > 0
            ? found
            : throw new CreelException(Fault.Invalid("gateway-ca", $"{file} holds no certificate", "Name a PEM file."));
    }
}
