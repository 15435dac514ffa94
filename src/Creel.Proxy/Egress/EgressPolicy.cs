using Creel.Core.Outbound;
using Creel.Proxy.Doors;

namespace Creel.Proxy.Egress;

/// <summary>What a cell may reach besides the upstreams.</summary>
internal static class EgressPolicy
{
    /// <summary>Whether a connection may be made whose content stays unseen.</summary>
    /// <param name="host">In lower case.</param>
    public static bool Allows(Cell cell, string host, int port) =>
        cell.Learns || cell.Orders.Egress.Any(r => r.Covers(host, port));

    /// <summary>Whether a plain request may be made.</summary>
    /// <param name="path">Without its query.</param>
    public static bool Allows(Cell cell, string host, int port, string method, string path) =>
        cell.Learns || cell.Orders.Egress.Any(r => r.Covers(host, port, method, path));

    /// <summary>It was reached; while the cell learns, that becomes a rule.</summary>
    public static void Reached(Cell cell, EgressRule rule)
    {
        // A cell that reaches everything has no policy to be learned.
        if (cell.Learns && cell.Learned.Count < 10_000)
        {
            cell.Learned.TryAdd(rule, true);
        }
    }
}
