namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is kept of one file of an agent. No secret: where its token stands, the mark does.</summary>
public sealed record FileRecord
{
    /// <summary>Of the text that we wrote last; null: none.</summary>
    public string? Written { get; init; }

    /// <summary>That text, of a file that is the agent's own once it is there.</summary>
    public string? Base { get; init; }

    /// <summary>Of the text that stood there when it was last looked at.</summary>
    public string? There { get; init; }

    /// <summary>How the gateway listed it then: while it says the same, it is not read again.</summary>
    public long? Size { get; init; }

    public long? UpdatedAtMs { get; init; }

    /// <summary>Of the text that the gateway did not take, because it knows no such file.</summary>
    public string? Refused { get; init; }

    public bool IsAsSeen(GatewayFileStamp stamp) =>
        There is not null
        && stamp is { Size: not null, UpdatedAtMs: not null }
        && stamp == new GatewayFileStamp(Size, UpdatedAtMs);
}

/// <summary>By which a change of a file is seen without reading it.</summary>
public readonly record struct GatewayFileStamp(long? Size, long? UpdatedAtMs);
