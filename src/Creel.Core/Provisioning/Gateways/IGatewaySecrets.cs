namespace Creel.Core.Provisioning.Gateways;

/// <summary>What opens the gateways elsewhere, by their names. None of it comes out again but to its own gateway.</summary>
public interface IGatewaySecrets
{
    /// <exception cref="CreelException">It can't be read, or others may read it.</exception>
    GatewaySecret? Find(string gateway);

    /// <exception cref="CreelException">It can't be written.</exception>
    void Set(string gateway, GatewaySecret secret);

    /// <summary>Where it was when it was last given what opens it or first called; null: neither was.</summary>
    Uri? Address(string gateway);

    /// <summary>Where one is that no secret opens.</summary>
    /// <exception cref="CreelException">It can't be written.</exception>
    void Keep(string gateway, Uri address);

    /// <summary>With where it was.</summary>
    void Remove(string gateway);

    /// <summary>The key of this Creel as a device; made when it is first asked for.</summary>
    IDeviceKey Device();
}

/// <param name="IsPassword">Else a token.</param>
/// <param name="Url">Where it is shown, and nowhere else: who can change a habitat does not lead it elsewhere.</param>
public sealed record GatewaySecret(string Text, bool IsPassword, Uri Url)
{
    public override string ToString() => IsPassword ? "a password" : "a token";
}
