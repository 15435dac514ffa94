namespace Creel.Core.Provisioning.Gateways;

/// <summary>The key of this Creel as a device: gateways let it in by it, once somebody there has said yes.</summary>
public interface IDeviceKey
{
    /// <summary>Ed25519, 32 bytes.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <returns>64 bytes.</returns>
    byte[] Sign(ReadOnlySpan<byte> text);
}
