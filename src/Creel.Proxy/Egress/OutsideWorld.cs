using System.Net;
using System.Net.Sockets;

namespace Creel.Proxy.Egress;

/// <summary>The two things by which the proxy reaches out; everything that leaves goes through them.</summary>
/// <param name="Resolve">A name's addresses. Throws a <see cref="SocketException"/> where it has none.</param>
/// <param name="Connect">A connection to this very address.</param>
internal sealed record OutsideWorld(
    Func<string, CancellationToken, Task<IPAddress[]>> Resolve,
    Func<IPEndPoint, CancellationToken, Task<Socket>> Connect
)
{
    public static readonly OutsideWorld Real = new(
        (host, cancel) => Dns.GetHostAddressesAsync(host, cancel),
        async (address, cancel) =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, cancel).ConfigureAwait(false);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    );
}
