namespace Creel.Core.Gateway;

/// <summary>Whether a client is let in.</summary>
public abstract record ConnectOutcome
{
    /// <param name="Protocol">The highest that both speak.</param>
    /// <param name="Method"><c>token</c>, <c>password</c>, <c>device-token</c> or <c>none</c>.</param>
    /// <param name="Device">It proved that it is this one; null: it has none.</param>
    /// <param name="Pair">It is to be paired on the way in, for this reason; null: it is, or has no device.</param>
    public sealed record Welcome(
        int Protocol,
        string Role,
        IReadOnlyList<string> Scopes,
        string Method,
        ConnectDevice? Device,
        string? Pair
    ) : ConnectOutcome;

    /// <param name="Wrong">A wrong secret, which counts against the rate.</param>
    public sealed record Refusal(GatewayError Error, int CloseCode, bool Wrong = false) : ConnectOutcome;

    /// <summary>Somebody has to let the device in first.</summary>
    public sealed record Pairing(ConnectDevice Device, string Reason) : ConnectOutcome;
}
