using static Creel.Core.Policy.ClaimGround;

namespace Creel.Core.Policy;

/// <summary>How a cell may try to get at the keys that the proxy has, and past the proxy.</summary>
internal static class ClaimsOnOutbound
{
    public static IReadOnlyList<Attempt> Attempts { get; } =
    [
        Of("key-environ", "finds a provider's key in the environment of a process", OwnProcesses),
        Of("proxy-see", "sees the proxy's process in /proc", OwnProcesses),
        Of("proxy-environ", "reads the environment of the proxy", OwnProcesses, OwnUser),
        Of("proxy-memory", "opens the memory of the proxy", OwnProcesses, OwnUser),
        Of("proxy-vm", "reads the proxy's memory by process_vm_readv", OwnProcesses, OwnUser),
        Of("proxy-trace", "traces the proxy", OwnProcesses, OwnUser),
        Of("proxy-descriptor", "takes an open file of the proxy by pidfd_getfd", OwnProcesses, OwnUser),
        Of("proxy-signal", "sends a signal to the proxy", OwnProcesses, OwnUser),
        Of("proxy-core", "makes the proxy leave a core, or finds one", OwnProcesses, OwnUser),
        Of("proxy-files", "opens the proxy's keys, orders or book", OwnFiles, OwnUser),
        Of("proxy-control", "connects to the proxy's control socket", OwnFiles, OwnUser),
        Of("neighbour-proxy", "connects to the proxy by another cell's socket", OwnFiles, OwnUser),
        Of("connect-denied", "has the proxy connect to a host that its egress does not list", NoWayOut),
        Of("connect-private", "has the proxy connect to loopback, metadata or private addresses, however written", NoWayOut),
        Of("http-denied", "has the proxy fetch from a host that its egress does not list", NoWayOut),
        Of("redirect", "goes where a redirect to a private address would lead it", NoWayOut),
        Of("names", "has a name looked up outside that carries a secret (DNS)", NoWayOut),
        Of("address", "speaks TLS to an address that is written into a program", NoWayOut),
        Of("udp", "sends UDP outside (QUIC)", NoWayOut),
        Of("server-name", "names one host to the proxy and another in TLS (fronting)", NoWayOut),
        Of("tls-host", "names one host in TLS and another in the request (fronting)", NoWayOut),
        Of("encrypted-name", "hides in TLS which host it means (encrypted hello)", NoWayOut),
        Of("smuggle", "hides a request to another host in a request", NoWayOut),
    ];

    private static Attempt Of(string id, string sentence, params ClaimGround[] grounds) =>
        new($"outbound.{id}", AttemptFamily.Outbound, sentence, grounds);
}
