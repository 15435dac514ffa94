using System.Net;
using System.Net.Sockets;

namespace Creel.Tests.Proxy;

/// <summary>A port that leads to the cell's socket, as the relay in a cell has.</summary>
internal sealed class TcpDoor : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ProxyServer proxy;
    private readonly Task accepting;

    public TcpDoor(ProxyServer proxy)
    {
        this.proxy = proxy;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await listener.AcceptSocketAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task CarryAsync(Socket client)
    {
        try
        {
            await using var from = new NetworkStream(client, ownsSocket: true);
            await using var to = new NetworkStream(await proxy.LineAsync(), ownsSocket: true);
            await Task.WhenAny(from.CopyToAsync(to), to.CopyToAsync(from));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Closed by either side.
        }
    }
}
