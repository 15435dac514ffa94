using Creel.Core.Isolation;

namespace Creel.Core.Policy;

/// <summary>Which driver offers which network: the one table, which drivers and validation both read.</summary>
public static class NetworkSupport
{
    private static readonly NetworkMode[] All =
    [
        NetworkMode.None,
        NetworkMode.Proxy,
        NetworkMode.Internal,
        NetworkMode.Bridge,
        NetworkMode.Host,
    ];

    private static readonly Dictionary<string, NetworkMode[]> Table = new(StringComparer.Ordinal)
    {
        // A bare process has the host's own network, whatever one would wish.
        ["host"] = [NetworkMode.Host],
        ["bubblewrap"] = [NetworkMode.None, NetworkMode.Proxy],

        // A unit's own network has no way out, and a bridge would be Creel's to build, guard and clear away by hand.
        ["systemd"] = [NetworkMode.None, NetworkMode.Proxy, NetworkMode.Host],
        ["docker"] = All,
    };

    /// <summary>The drivers that a habitat may name; whether this machine has one is another question.</summary>
    public static IEnumerable<string> Drivers => Table.Keys;

    /// <summary>The modes of a driver; none for one that is not known.</summary>
    public static IReadOnlyList<NetworkMode> Of(string driver) => Table.TryGetValue(driver, out var modes) ? modes : [];

    /// <summary>The driver can make a cell with exactly this network.</summary>
    public static bool Offers(string driver, NetworkMode mode) => Of(driver).Contains(mode);

    /// <summary>Why it can't be, or null where the driver offers it.</summary>
    public static Fault? Refusal(string driver, NetworkMode mode)
    {
        if (Offers(driver, mode))
        {
            return null;
        }

        var drivers = Table.Where(row => row.Value.Contains(mode)).Select(row => row.Key).Order(StringComparer.Ordinal);
        return Fault.Refused(
            "network",
            $"the driver {driver} does not offer network \"{Word(mode)}\"",
            $"Choose one of {string.Join(", ", Of(driver).Select(Word))}, or a driver that offers it: {string.Join(", ", drivers)}"
        );
    }

    /// <summary>The habitat's word for a mode.</summary>
    public static string Word(NetworkMode mode) => mode.ToString().ToLowerInvariant();
}
