namespace Creel.Core.Isolation;

/// <summary>What a cell reaches.</summary>
public enum NetworkMode
{
    /// <summary>No IP; the hub socket only.</summary>
    None,

    /// <summary>No IP; the hub socket and the proxy socket. The default.</summary>
    Proxy,

    /// <summary>A private bridge without a way out.</summary>
    Internal,

    /// <summary>A bridge of its own with NAT; other cells can't be reached.</summary>
    Bridge,

    /// <summary>The host's own network: only when written out.</summary>
    Host,
}
