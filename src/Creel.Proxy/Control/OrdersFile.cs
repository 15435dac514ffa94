using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Hardening;

namespace Creel.Proxy.Control;

/// <summary>The last orders on disk, so that a proxy that is started again serves its cells before anybody speaks to it.</summary>
internal sealed class OrdersFile(string home)
{
    private readonly string path = Path.Combine(home, "orders.json");

    /// <returns>Those of nobody, where there are none that could be read: whoever gives orders gives them again.</returns>
    public ProxyOrders Read()
    {
        try
        {
            return File.Exists(path) ? OrdersText.Read(File.ReadAllBytes(path)) : ProxyOrders.None;
        }
        catch (Exception e) when (e is CreelException or IOException or UnauthorizedAccessException)
        {
            return ProxyOrders.None;
        }
    }

    /// <exception cref="CreelException">They can't be kept; then they do not stand either.</exception>
    public void Write(ProxyOrders orders)
    {
        try
        {
            OwnFile.Write(path, OrdersText.Write(orders));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "orders-disk",
                    $"the orders can't be written: {e.Message.TrimEnd('.')}",
                    "make room on the disk"
                ),
                e
            );
        }
    }
}
