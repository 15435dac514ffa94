using System.Runtime.InteropServices;

namespace Creel.Adapters.OpenSsl;

/// <summary>What making a signature and looking at one both ask of the system's OpenSSL.</summary>
internal static partial class LibCrypto
{
    public const string Library = "libcrypto.so.3";

    /// <summary>OpenSSL's number for a key of Ed25519.</summary>
    public const int Ed25519 = 1087;

    /// <summary>Bytes of a key of Ed25519, the public and the secret one.</summary>
    public const int KeyLength = 32;

    public const int SignatureLength = 64;

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    public static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    public static partial void FreeContext(nint context);
}
