namespace Creel.Core.Gateway;

/// <summary>What the gateway protocol fixes; clients are told in <c>hello-ok</c>.</summary>
public static class GatewayLimits
{
    public const int LowestProtocol = 3;
    public const int HighestProtocol = 4;

    /// <summary>Bytes of one frame, in either direction.</summary>
    public const int Payload = 25 * 1024 * 1024;

    /// <summary>Bytes that wait for one client; who reads slower than that is closed.</summary>
    public const int Buffered = 50 * 1024 * 1024;

    /// <summary>A client that has not connected by then is closed.</summary>
    public static readonly TimeSpan Handshake = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(30);

    /// <summary>How far a device's clock may be off, either way.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>The first frame of somebody nobody knows yet: it has no reason to be large.</summary>
    public const int FirstFrame = 64 * 1024;

    /// <summary>Calls beyond the own scopes, after which a client is closed.</summary>
    public const int ScopeViolations = 50;
}
