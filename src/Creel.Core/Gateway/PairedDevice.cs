namespace Creel.Core.Gateway;

/// <summary>A device that was let in, by somebody or by being on this machine.</summary>
/// <param name="Scopes">The most that it may ask for.</param>
/// <param name="Tokens">The newest last; a few, since one device may run several programs.</param>
public sealed record PairedDevice(
    string Id,
    string PublicKey,
    ConnectClient Client,
    string Role,
    IReadOnlyList<string> Scopes,
    DateTimeOffset PairedAt,
    string PairedBy,
    IReadOnlyList<DeviceToken> Tokens
)
{
    private const int MostTokens = 8;

    public PairedDevice With(DeviceToken token) => this with { Tokens = [.. Tokens.TakeLast(MostTokens - 1), token] };
}
