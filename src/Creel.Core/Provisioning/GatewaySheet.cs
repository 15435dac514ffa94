namespace Creel.Core.Provisioning;

/// <summary>Where agents live.</summary>
public sealed record GatewaySheet
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string Url { get; init; } = "";

    /// <summary>As the gateway understands it; not looked at here.</summary>
    public string? WorkspaceRoot { get; init; }
}
