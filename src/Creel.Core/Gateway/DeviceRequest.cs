namespace Creel.Core.Gateway;

/// <summary>A device waits for somebody to let it in.</summary>
/// <param name="Reason"><c>not-paired</c>, <c>role-upgrade</c> or <c>scope-upgrade</c>.</param>
/// <param name="Address">Where it called from.</param>
public sealed record DeviceRequest(
    string RequestId,
    string Reason,
    ConnectClient Client,
    string DeviceId,
    string PublicKey,
    string Role,
    IReadOnlyList<string> Scopes,
    string Address,
    DateTimeOffset At
);
