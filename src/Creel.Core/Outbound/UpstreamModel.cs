namespace Creel.Core.Outbound;

/// <summary>How a provider wants its key.</summary>
public enum AuthStyle
{
    /// <summary><c>x-api-key: KEY</c></summary>
    ApiKey,

    /// <summary><c>Authorization: Bearer KEY</c></summary>
    Bearer,

    /// <summary>It wants none, as a server of one's own.</summary>
    None,
}

/// <summary>Which provider's API it speaks; that decides how a call is read, metered and refused.</summary>
public enum Dialect
{
    /// <summary>Bytes, of which nothing is known.</summary>
    None,
    Anthropic,
    OpenAi,
}

/// <summary>What becomes of an answer when its client has left.</summary>
public enum OnAbort
{
    /// <summary>It is broken off, so that the upstream stops; without its final count the call costs all that was reserved.</summary>
    Stop,

    /// <summary>It is read to its end, within bounds, and the call costs what the upstream counted.</summary>
    Read,
}

/// <summary>A host that the proxy may call for cells, under <c>/name/</c>.</summary>
public sealed record UpstreamModel
{
    /// <summary>The first segment of the path by which cells call it; the alphabet of ids.</summary>
    public required string Name { get; init; }

    /// <summary><c>https://host[:port][/path]</c>; plain <c>http</c> only where it is local.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>By which names else programs know it, that have never heard of its base URL. In lower case.</summary>
    public IReadOnlyList<string> Hosts
    {
        // Orders of an older version have none.
        get => field ?? [];
        init;
    }

    public AuthStyle Auth { get; init; } = AuthStyle.Bearer;

    public Dialect Dialect { get; init; }

    /// <summary>What may be called. Empty: nothing.</summary>
    public IReadOnlyList<AllowedCall> Calls { get; init; } = [];

    /// <summary>It may be on this machine or in its network; all others must be at a public address.</summary>
    public bool Local { get; init; }

    /// <summary>The host of its base URL, and all others by which it is known.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<string> AllHosts => Hosts.Prepend(new Uri(BaseUrl).IdnHost).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>HTTP/2 where it speaks it; otherwise 1.1.</summary>
    public bool Http2 { get; init; }

    public OnAbort OnAbort { get; init; }
}
