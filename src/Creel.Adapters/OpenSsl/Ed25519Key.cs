using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenSsl;

/// <summary>A private key of Ed25519, by the system's OpenSSL.</summary>
public sealed partial class Ed25519Key : IDeviceKey
{
    private readonly byte[] secret;

    /// <param name="secret">Of <see cref="NewSecret"/>.</param>
    public Ed25519Key(byte[] secret)
    {
        if (secret.Length != SecretLength)
        {
            throw new ArgumentException($"a secret has {SecretLength} bytes", nameof(secret));
        }

        this.secret = secret;
        var key = Open();
        try
        {
            var open = new byte[SecretLength];
            var length = (nuint)SecretLength;
            PublicKey = PublicOf(key, open, ref length) == 1 ? open : throw Broken();
        }
        finally
        {
            LibCrypto.FreeKey(key);
        }
    }

    public static int SecretLength => LibCrypto.KeyLength;

    public ReadOnlyMemory<byte> PublicKey { get; }

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretLength);

    public byte[] Sign(ReadOnlySpan<byte> text)
    {
        var (key, context) = (Open(), LibCrypto.NewContext());
        try
        {
            var signature = new byte[LibCrypto.SignatureLength];
            nuint length = LibCrypto.SignatureLength;
            return
                context != 0
                && Begin(context, 0, 0, 0, key) == 1
                && Sign(context, signature, ref length, text, (nuint)text.Length) == 1
                ? signature
                : throw Broken();
        }
        finally
        {
            LibCrypto.FreeContext(context);
            LibCrypto.FreeKey(key);
        }
    }

    private nint Open() => NewKey(LibCrypto.Ed25519, 0, secret, (nuint)secret.Length) is var key and not 0 ? key : throw Broken();

    private static CryptographicException Broken() => new("OpenSSL does not know Ed25519");

    [LibraryImport(LibCrypto.Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    private static partial nint NewKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(LibCrypto.Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    private static partial int PublicOf(nint key, Span<byte> open, ref nuint length);

    [LibraryImport(LibCrypto.Library, EntryPoint = "EVP_DigestSignInit")]
    private static partial int Begin(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(LibCrypto.Library, EntryPoint = "EVP_DigestSign")]
    private static partial int Sign(
        nint context,
        Span<byte> signature,
        ref nuint signatureLength,
        ReadOnlySpan<byte> text,
        nuint textLength
    );
}
