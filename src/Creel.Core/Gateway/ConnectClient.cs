namespace Creel.Core.Gateway;

/// <summary>The program at the other end, as it names itself.</summary>
public sealed record ConnectClient(string Id, string Mode, string Version, string Platform)
{
    public string? DisplayName { get; init; }
    public string? DeviceFamily { get; init; }
    public string? ModelIdentifier { get; init; }
    public string? InstanceId { get; init; }

    /// <summary>A page in a browser: it always has an Origin.</summary>
    public bool IsPage => Id is "openclaw-control-ui" or "webchat-ui" || Mode == "webchat";

    public bool IsControlPage => Id == "openclaw-control-ui";

    /// <summary>
    /// One of the two that are known to run on the gateway's own machine by somebody who can read its configuration: a shared
    /// secret speaks for them, without a device of their own.
    /// </summary>
    public bool IsOwn => (Id, Mode) is ("gateway-client", "backend") or ("cli", "cli");
}
