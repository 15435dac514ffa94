using static Creel.Core.Policy.ClaimGround;

namespace Creel.Core.Policy;

/// <summary>Whom a cell may try to reach.</summary>
internal static class ClaimsOnNetwork
{
    /// <summary>Attempts of which something leaves the machine where nothing holds them.</summary>
    public static IReadOnlySet<string> Leaving { get; } =
        new HashSet<string>
        {
            "network.metadata",
            "network.internet",
            "network.internet-ipv6",
            "network.ipv6-link",
            "network.dns",
        };

    public static IReadOnlyList<Attempt> Attempts { get; } =
    [
        Of("neighbour-address", "connects to another cell's address", OwnNetwork),
        Of("neighbour-loopback", "connects to what another cell has on its loopback", OwnNetwork),
        Of("neighbour-name", "finds another cell's address by its name", OwnNetwork),
        Of("neighbour-arp", "finds another cell among its network neighbours (ARP)", OwnNetwork),
        Of("host-loopback", "connects to a service on the host's loopback", OwnNetwork),
        Of("host-addresses", "gets an answer from an address of the host", OwnNetwork),
        Of("gateway", "gets an answer from its gateway", OwnNetwork),
        Of("metadata", "gets an answer from the cloud's metadata address (169.254.169.254)", OwnNetwork),
        Of("internet", "gets an answer from the Internet", NoWayOut),
        Of("internet-ipv6", "gets an answer from the Internet by IPv6", NoWayOut),
        Of("ipv6-link", "reaches whoever is on its link by IPv6", NoWayOut),
        Of("dns", "asks a name server of the world (a tunnel)", NoWayOut),
        Of("raw", "sends raw packets", NoRights, Filter),
        Of("packet", "listens to all packets of its network", NoRights, Filter),
        Of("other-families", "opens a socket of another family (VSOCK, ALG, KEY, Bluetooth)", Filter),
        Of("kernel-events", "listens to the kernel's events and audit (netlink)", Filter),
        Of("devices", "changes network devices or routes", NoRights),
    ];

    private static Attempt Of(string id, string sentence, params ClaimGround[] grounds) =>
        new($"network.{id}", AttemptFamily.Network, sentence, grounds);
}
