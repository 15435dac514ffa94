namespace Creel.Core.Provisioning.Gateways;

/// <summary>A gateway elsewhere, and what opens it. Its secrets are in no text of it.</summary>
/// <param name="Url">Of <see cref="GatewayAddress"/>.</param>
public sealed record GatewayAccess(Uri Url)
{
    public string? Token { get; init; }

    public string? Password { get; init; }

    /// <summary>SHA-256 of the one certificate that is taken, 64 hexadecimal digits; null: the machine's authorities decide.</summary>
    public string? Pin { get; init; }

    /// <summary>A PEM file of authorities that count instead of the machine's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Who we are to it; null: the shared secret alone speaks.</summary>
    public IDeviceKey? Device { get; init; }

    /// <summary>What no text may show.</summary>
    public IEnumerable<string> Secrets => new[] { Token, Password }.OfType<string>().Where(s => s.Length > 0);

    public override string ToString() => Url.Authority;
}
