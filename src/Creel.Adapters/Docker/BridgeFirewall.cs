using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Adapters.Docker;

/// <summary>
/// Docker keeps containers of two bridges apart, but lets each reach the host itself by the bridge's address, and the
/// link-local one of a cloud's metadata. For the bridges of cells both are closed.
/// </summary>
internal static class BridgeFirewall
{
    private const string Cells = CellNetwork.BridgePrefix + "+";

    private static readonly (string Program, string[] Rule)[] Rules =
    [
        ("iptables", ["INPUT", "-i", Cells, "-j", "DROP"]),
        ("iptables", ["DOCKER-USER", "-i", Cells, "-d", "169.254.0.0/16", "-j", "DROP"]),
        ("ip6tables", ["INPUT", "-i", Cells, "-j", "DROP"]),
    ];

    /// <summary>The rules can be made by this user.</summary>
    public static bool Possible => UnixUser.IsRoot && HostTools.Find("iptables") is not null;

    /// <summary>Makes those that are missing: they are the machine's, and its firewall may be loaded anew at any time.</summary>
    /// <exception cref="CreelException">They can't be made: a cell that should not reach the host would.</exception>
    public static void Ensure()
    {
        if (!UnixUser.IsRoot)
        {
            throw new CreelException(
                Fault.Refused(
                    "docker-firewall",
                    "a cell with a network of its own could reach services of this host, and only root can make the rules against it",
                    "Run creel as root, or choose network proxy"
                )
            );
        }

        foreach (var (program, rule) in Rules)
        {
            var path = HostTools.Need(program, "iptables");
            if (!Has(path, rule))
            {
                HostTools.Run(path, ["--wait", "-I", .. rule]);
            }
        }
    }

    private static bool Has(string program, string[] rule)
    {
        try
        {
            HostTools.Run(program, ["--wait", "-C", .. rule]);
            return true;
        }
        catch (CreelException)
        {
            return false;
        }
    }
}
