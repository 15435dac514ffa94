using System.Net;

namespace Creel.Core.Outbound;

/// <summary>
/// Which addresses are of the public Internet, by IANA's special-purpose registries. Everything else is of this machine, its
/// network, its cloud's metadata, or a disguise of one of these.
/// </summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] Special4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.31.196.0/24"),
        IPNetwork.Parse("192.52.193.0/24"),
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("192.175.48.0/24"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/3"),
        // Looks public, and is the metadata server of every virtual machine in Azure.
        IPNetwork.Parse("168.63.129.16/32"),
    ];

    /// <summary>Of IPv6 only this is handed out; loopback, ULA, link-local, multicast, mapped IPv4 and NAT64 lie outside.</summary>
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special6 =
    [
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("2620:4f:8000::/48"),
        IPNetwork.Parse("3fff::/20"),
    ];

    public static bool Is(IPAddress address) =>
        address.GetAddressBytes().Length == 4
            ? !Special4.Any(n => n.Contains(address))
            : address.ScopeId == 0 && Global6.Contains(address) && !Special6.Any(n => n.Contains(address));
}
