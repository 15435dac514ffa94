using System.Runtime.InteropServices;
using Creel.Core.Gateway;

namespace Creel.Adapters.OpenSsl;

/// <summary>Ed25519 by the system's OpenSSL, which .NET itself needs as well.</summary>
public sealed partial class Ed25519 : ISignatureCheck
{
    public bool Holds(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != LibCrypto.KeyLength || signature.Length != LibCrypto.SignatureLength)
        {
            return false;
        }

        var key = NewKey(LibCrypto.Ed25519, 0, publicKey, (nuint)publicKey.Length);
        if (key == 0)
        {
            ClearErrors();
            return false;
        }

        var context = LibCrypto.NewContext();
        try
        {
            var holds =
                context != 0
                && Begin(context, 0, 0, 0, key) == 1
                && Verify(context, signature, (nuint)signature.Length, text, (nuint)text.Length) == 1;
            if (!holds)
            {
                // What went wrong stays in the thread's list, and somebody else would find it there.
                ClearErrors();
            }

            return holds;
        }
        finally
        {
            LibCrypto.FreeContext(context);
            LibCrypto.FreeKey(key);
        }
    }

    [LibraryImport(LibCrypto.Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial nint NewKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(LibCrypto.Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int Begin(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(LibCrypto.Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int Verify(
        nint context,
        ReadOnlySpan<byte> signature,
        nuint signatureLength,
        ReadOnlySpan<byte> text,
        nuint textLength
    );

    [LibraryImport(LibCrypto.Library, EntryPoint = "ERR_clear_error")]
    private static partial void ClearErrors();
}
