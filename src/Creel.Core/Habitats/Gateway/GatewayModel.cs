namespace Creel.Core.Habitats.Gateway;

/// <summary>The <c>gateway</c> section: where it listens, and whom it lets in.</summary>
public sealed record GatewayModel
{
    public const int UsualPort = 18789;

    /// <summary><c>local</c> (default) or <c>remote</c>.</summary>
    public string Mode { get; init; } = "local";

    /// <summary>Null: the usual one.</summary>
    public int? Port { get; init; }

    /// <summary><c>loopback</c> (default), <c>lan</c>, <c>auto</c>, <c>custom</c> or <c>tailnet</c>.</summary>
    public string Bind { get; init; } = "loopback";

    /// <summary>For <c>custom</c>.</summary>
    public string? CustomBindHost { get; init; }

    public GatewayAuth Auth { get; init; } = new();

    public ControlUiModel ControlUi { get; init; } = new();

    /// <summary>Addresses of proxies whose word on a caller's address is taken.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    public ReloadRules Reload { get; init; } = new(ReloadMode.Hybrid, TimeSpan.FromMilliseconds(300));

    /// <summary>Others than this machine may reach it.</summary>
    public bool IsOpen => Bind != "loopback";
}

public sealed record GatewayAuth
{
    public GatewayAuthMode Mode { get; init; } = GatewayAuthMode.Token;

    public SecretSource? Token { get; init; }

    public SecretSource? Password { get; init; }

    public bool AllowTailscale { get; init; }

    public int MaxAttempts { get; init; } = 10;

    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan Lockout { get; init; } = TimeSpan.FromMinutes(5);

    public bool ExemptLoopback { get; init; } = true;

    /// <summary>For <see cref="GatewayAuthMode.TrustedProxy"/>: the header that says who it is.</summary>
    public string? UserHeader { get; init; }

    public IReadOnlyList<string> RequiredHeaders { get; init; } = [];

    /// <summary>Empty: all that the proxy names.</summary>
    public IReadOnlyList<string> AllowUsers { get; init; } = [];
}

public enum GatewayAuthMode
{
    None,
    Token,
    Password,
    TrustedProxy,
}

public sealed record ControlUiModel
{
    public bool Enabled { get; init; } = true;

    public string? BasePath { get; init; }

    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    public bool HostHeaderOriginFallback { get; init; }

    public bool AllowInsecureAuth { get; init; }

    public bool DisableDeviceAuth { get; init; }
}

/// <summary>What happens when the habitat's files change while it is up.</summary>
/// <param name="Debounce">How long they must have been quiet.</param>
public sealed record ReloadRules(ReloadMode Mode, TimeSpan Debounce);

public enum ReloadMode
{
    Off,
    Hot,
    Restart,
    Hybrid,
}
