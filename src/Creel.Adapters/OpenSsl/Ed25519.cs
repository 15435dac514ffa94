using System.Runtime.InteropServices;
using Creel.Core.Gateway;

namespace Creel.Adapters.OpenSsl;

/// <summary>Ed25519 by the system's OpenSSL, which .NET itself needs as well.</summary>
public sealed partial class Ed25519 : ISignatureCheck
{
    private const string Library = "libcrypto.so.3";
    private const int KeyType = 1087;
    private const int KeyLength = 32;
    private const int SignatureLength = 64;

    public bool Holds(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != KeyLength || signature.Length != SignatureLength)
        {
            return false;
        }

        var key = NewKey(KeyType, 0, publicKey, (nuint)publicKey.Length);
        if (key == 0)
        {
            ClearErrors();
            return false;
        }

        var context = NewContext();
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
            FreeContext(context);
            FreeKey(key);
        }
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial nint NewKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int Begin(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int Verify(
        nint context,
        ReadOnlySpan<byte> signature,
        nuint signatureLength,
        ReadOnlySpan<byte> text,
        nuint textLength
    );

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    private static partial void ClearErrors();
}
