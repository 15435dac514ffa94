namespace Creel.Core.Gateway;

/// <summary>A device's proof that it holds its key.</summary>
/// <param name="Id">SHA-256 of the key's 32 bytes, in hexadecimal.</param>
/// <param name="PublicKey">Ed25519, base64url without padding.</param>
/// <param name="Signature">Of <see cref="DeviceProof.Text"/>, base64url without padding.</param>
/// <param name="SignedAt">Unix milliseconds by the device's clock.</param>
/// <param name="Nonce">That of the challenge.</param>
public sealed record ConnectDevice(string Id, string PublicKey, string Signature, double SignedAt, string? Nonce);
