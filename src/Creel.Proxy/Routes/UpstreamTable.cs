using System.Collections.Frozen;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;

namespace Creel.Proxy.Routes;

/// <summary>The upstreams of the orders that stand.</summary>
internal sealed class UpstreamTable(Standing standing)
{
    private volatile Rows rows = new(ProxyOrders.None);

    /// <param name="name">The first segment of a path.</param>
    public Upstream? Named(string name) => Now().ByName.GetValueOrDefault(name);

    public Upstream? AtHost(string host) => Now().ByHost.GetValueOrDefault(host);

    private Rows Now()
    {
        var orders = standing.Orders;
        var now = rows;
        return ReferenceEquals(now.Orders, orders) ? now : rows = new Rows(orders);
    }

    private sealed class Rows
    {
        public Rows(ProxyOrders orders)
        {
            Orders = orders;
            var all = orders.Upstreams.Select(u => new Upstream(u)).ToList();
            ByName = all.ToFrozenDictionary(u => u.Model.Name);
            ByHost = all.SelectMany(u => u.Model.AllHosts.Select(host => (Host: host, Upstream: u)))
                .DistinctBy(row => row.Host, StringComparer.OrdinalIgnoreCase)
                .ToFrozenDictionary(row => row.Host, row => row.Upstream, StringComparer.OrdinalIgnoreCase);
        }

        public ProxyOrders Orders { get; }
        public FrozenDictionary<string, Upstream> ByName { get; }
        public FrozenDictionary<string, Upstream> ByHost { get; }
    }
}
