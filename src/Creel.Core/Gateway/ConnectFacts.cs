namespace Creel.Core.Gateway;

/// <summary>What the gateway knows when a client asks to be let in.</summary>
/// <param name="Nonce">Of this connection's challenge.</param>
/// <param name="Local">From this machine's loopback, to a name of it, through no forwarder that says so.</param>
/// <param name="HasOrigin">A browser says which page is calling.</param>
/// <param name="OriginAllowed">And that page may.</param>
/// <param name="Paired">What is known of the device that it names; null: nothing, or it names none.</param>
/// <param name="Limited">Too many wrong secrets came from there; null: no, else how long that lasts.</param>
public sealed record ConnectFacts(
    ConnectRequest Request,
    string Nonce,
    DateTimeOffset Now,
    SharedSecret Auth,
    bool Local,
    bool HasOrigin,
    bool OriginAllowed,
    PairedDevice? Paired,
    TimeSpan? Limited
);
