namespace Creel.Core.Gateway;

/// <summary>Ed25519, which the platform itself does not have.</summary>
public interface ISignatureCheck
{
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="signature">64 bytes.</param>
    bool Holds(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature);
}
