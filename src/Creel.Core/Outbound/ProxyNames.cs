namespace Creel.Core.Outbound;

/// <summary>Files in the proxy's own folder that others read.</summary>
public static class ProxyNames
{
    /// <summary>The certificate (PEM) of the authority by which it answers for its upstreams. Its key is beside it, and encrypted.</summary>
    public const string Authority = "authority.crt";
}
