namespace Creel.Core.Provisioning.Gateways;

/// <summary>A gateway elsewhere, and what opens it. Its secrets are in no text of it.</summary>
/// <param name="Url">Of <see cref="GatewayAddress"/>.</param>
public sealed record GatewayAccess(Uri Url)
{
    /// <summary>By which the habitat knows it; null: it is in none.</summary>
    public string? Name { get; init; }

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

    /// <summary>Who shows nothing can't be let in, and waits for nobody there either.</summary>
    public bool ShowsAnything => Device is not null || Secrets.Any();

    /// <summary>What a person types to give it what opens it, or to change how it is called.</summary>
    public string Add => $"creel gateway add {Name ?? "NAME"} {Url.OriginalString}";

    /// <summary>It does not let us in, who have shown nothing.</summary>
    /// <param name="code">Of its refusal.</param>
    public Fault NothingShown(string code) =>
        Fault.Refused(
            code,
            "no token was given, and the gateway lets nobody in without one",
            "Give it the token of gateway.auth in its openclaw.json, with --token-stdin (a password: --password-stdin): "
                + $"{Add} --token-stdin <token; or come as a device: {Add} --device, and allow that on the gateway's machine: "
                + "openclaw devices approve"
        );

    public override string ToString() => Url.Authority;
}
