using System.Security.Cryptography;
using System.Text.Json;

namespace Creel.Core.Outbound;

/// <summary>The orders as JSON: on the control socket, and on the proxy's disk.</summary>
public static class OrdersText
{
    public static byte[] Write(ProxyOrders orders) =>
        JsonSerializer.SerializeToUtf8Bytes(orders, OutboundJson.Default.ProxyOrders);

    /// <exception cref="CreelException">It is no JSON, of another version, or contradicts itself.</exception>
    public static ProxyOrders Read(ReadOnlySpan<byte> text)
    {
        ProxyOrders? orders;
        try
        {
            orders = JsonSerializer.Deserialize(text, OutboundJson.Default.ProxyOrders);
        }
        catch (JsonException e)
        {
            throw new CreelException(Fault.Invalid("orders", $"the orders can't be read at {e.Path ?? "their start"}"), e);
        }

        if (orders is not { Version: ProxyOrders.CurrentVersion })
        {
            throw new CreelException(
                Fault.Invalid(
                    "orders-version",
                    $"the orders have version {orders?.Version ?? 0}, and this proxy reads {ProxyOrders.CurrentVersion}",
                    "install creel and creel-proxy together"
                )
            );
        }

        OrdersCheck.Check(orders);
        return orders;
    }

    /// <summary>The same for the same orders, so that whoever gave them sees whether they still stand.</summary>
    public static string Revision(ProxyOrders orders) => Convert.ToHexStringLower(SHA256.HashData(Write(orders)).AsSpan(0, 8));
}
