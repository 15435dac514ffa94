using System.Security.Cryptography;
using System.Text;
using Creel.Core;
using Creel.Proxy.Hardening;

namespace Creel.Proxy.Keys;

/// <summary>What the keys on disk are encrypted with: a credential of systemd where there is one, else a file beside them.</summary>
internal static class MasterKey
{
    public const string CredentialName = "creel-proxy-key";
    public const string FileName = "key";
    private const int Length = 32;

    /// <param name="home">The proxy's own folder.</param>
    /// <param name="credentials">The value of <c>CREDENTIALS_DIRECTORY</c>, if any.</param>
    /// <returns>32 bytes; the caller overwrites them when it is done.</returns>
    /// <exception cref="CreelException">It can't be read, or others can.</exception>
    public static byte[] Load(string home, string? credentials)
    {
        var credential = credentials is null ? null : Path.Combine(credentials, CredentialName);
        if (credential is not null && File.Exists(credential))
        {
            return Derive(Read(credential, 16));
        }

        var path = Path.Combine(home, FileName);
        if (!File.Exists(path))
        {
            var fresh = RandomNumberGenerator.GetBytes(Length);
            OwnFile.Write(path, fresh);
            CryptographicOperations.ZeroMemory(fresh);
        }

        if (Libc.Look(path) is not { } facts || (facts.Mode & 0x3F) != 0 || facts.User != Libc.geteuid())
        {
            throw Wrong(path, "others than the proxy's user may read it", $"chmod 0600 {path}, and set all keys anew");
        }

        return Derive(Read(path, Length));
    }

    private static byte[] Read(string path, int least)
    {
        byte[] secret;
        try
        {
            secret = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(path, "it can't be read", $"see who owns it: ls -l {path}");
        }

        return secret.Length is var length && length >= least && length <= 4096
            ? secret
            : throw Wrong(path, $"it has {length} bytes", "put back the one that the keys were encrypted with");
    }

    private static byte[] Derive(byte[] secret)
    {
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, Length, info: Encoding.ASCII.GetBytes("creel-proxy keys"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static CreelException Wrong(string path, string what, string remedy) =>
        new(Fault.Refused("master-key", $"the key file {path} is of no use: {what}", remedy));
}
