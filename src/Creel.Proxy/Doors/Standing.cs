using System.Collections.Frozen;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Outbound;

namespace Creel.Proxy.Doors;

/// <summary>The orders that stand, and a socket for each cell in them.</summary>
/// <param name="folder">Of the cells' folders.</param>
internal sealed class Standing(string folder, CellSockets sockets, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<CellId, Cell> open = [];
    private volatile ProxyOrders orders = ProxyOrders.None;
    private volatile IReadOnlyList<ClosedCell> closed = [];
    private volatile FrozenSet<string> upstreamHosts = FrozenSet<string>.Empty;
    private ITimer? lapse;

    public ProxyOrders Orders => orders;

    /// <summary>Where keys go, so that nothing else may lead there past the book.</summary>
    public bool IsUpstreamHost(string host) => upstreamHosts.Contains(host);

    /// <summary>Those of them that a certificate can be for.</summary>
    public IEnumerable<string> UpstreamNames => upstreamHosts.Where(host => Uri.CheckHostName(host) == UriHostNameType.Dns);

    /// <summary>Cells whose socket could not be made; tried again with the next orders.</summary>
    public IReadOnlyList<ClosedCell> Closed => closed;

    public IReadOnlyList<Cell> Cells
    {
        get
        {
            lock (gate)
            {
                return [.. open.Values];
            }
        }
    }

    /// <summary>After they have changed.</summary>
    public event Action? Changed;

    /// <summary>Opens, changes and closes until it is as the orders say.</summary>
    public void Apply(ProxyOrders next)
    {
        lock (gate)
        {
            // A cell that comes under another group id gets another socket.
            var staying = next.Cells.Where(c => open.TryGetValue(c.Cell, out var o) && o.Orders.SocketGid == c.SocketGid);
            foreach (var gone in open.Keys.Except(staying.Select(c => c.Cell)).ToList())
            {
                sockets.Close(gone);
                SocketPlace.Remove(Folder(gone));
                open.Remove(gone);
            }

            orders = next;
            upstreamHosts = next.Upstreams.SelectMany(u => u.AllHosts).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
            var failed = new List<ClosedCell>();
            foreach (var cell in next.Cells)
            {
                if (open.TryGetValue(cell.Cell, out var known))
                {
                    known.Change(cell);
                }
                else if (Open(cell) is { } reason)
                {
                    failed.Add(new ClosedCell(cell.Cell, reason, cell.Group));
                }
            }

            closed = failed;
            lapse?.Dispose();
            lapse = Lapse(next);
        }

        Changed?.Invoke();
    }

    /// <summary>What was let through because a cell learned ends with that.</summary>
    private ITimer? Lapse(ProxyOrders next)
    {
        var now = time.GetUtcNow();
        var ends = next.Cells.Where(c => c.Learn && c.LearnUntil > now).Select(c => c.LearnUntil!.Value - now).ToList();
        return ends.Count == 0
            ? null
            : time.CreateTimer(_ => Changed?.Invoke(), null, ends.Min() + TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
    }

    /// <summary>Takes all sockets away.</summary>
    public void CloseAll() => Apply(orders with { Cells = [] });

    /// <returns>The reason, where it can't.</returns>
    private string? Open(CellOrders order)
    {
        try
        {
            var cell = new Cell(order, time);
            sockets.Open(cell, SocketPlace.Listen(Folder(order.Cell), order.SocketGid));
            open[order.Cell] = cell;
            return null;
        }
        catch (CreelException e)
        {
            return e.Fault.ToString();
        }
    }

    private string Folder(CellId cell) => Path.Combine(folder, cell.Value);
}
