using Creel.Core.Outbound;
using Creel.Proxy.Doors;

namespace Creel.Proxy.Egress;

/// <summary>What a cell may reach besides the upstreams.</summary>
internal static class EgressPolicy
{
    /// <summary>A cell that reaches everything has no policy to be learned.</summary>
    public const int MostLearned = 10_000;

    /// <summary>Whether a connection may be made whose content stays unseen.</summary>
    /// <param name="host">In lower case.</param>
    public static bool Allows(Cell cell, string host, int port) =>
        Learns(cell, new EgressRule(host, port)) || cell.Orders.Egress.Any(r => r.Covers(host, port));

    /// <summary>Whether a plain request may be made.</summary>
    /// <param name="path">Without its query.</param>
    public static bool Allows(Cell cell, string host, int port, string method, string path) =>
        Learns(cell, new EgressRule(host, port, method, path)) || cell.Orders.Egress.Any(r => r.Covers(host, port, method, path));

    /// <summary>It was reached; while the cell learns, that becomes a rule.</summary>
    public static void Reached(Cell cell, EgressRule rule)
    {
        if (cell.Learns)
        {
            cell.Learned.TryAdd(rule, true);
        }
    }

    /// <summary>What is let through is written down: beyond what can be, a cell that learns is as one that does not.</summary>
    private static bool Learns(Cell cell, EgressRule rule) =>
        cell.Learns && (cell.Learned.Count < MostLearned || cell.Learned.ContainsKey(rule));
}
