using System.Net;
using System.Net.Sockets;
using Creel.Core;

namespace Creel.Runtime.Relay;

/// <summary>
/// Listens on the cell's loopback, so that ordinary programs, which know no unix sockets, reach the proxy and the hub.
/// </summary>
internal sealed class ProxyRelay : IDisposable
{
    private const int MostClients = 512;
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SemaphoreSlim places = new(MostClients);
    private readonly RelayTargets targets;
    private readonly RuntimeLog log;

    /// <param name="port">0: any free one, which <see cref="Port"/> tells.</param>
    /// <exception cref="CreelException">Somebody else has the port.</exception>
    public ProxyRelay(int port, RelayTargets targets, RuntimeLog log)
    {
        this.targets = targets;
        this.log = log;
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen(256);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new CreelException(
                Fault.Conflict(
                    "relay-port",
                    $"The relay can't listen on 127.0.0.1:{port}: {e.Message}",
                    "Give this cell another port"
                ),
                e
            );
        }
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await places.WaitAsync(stop).ConfigureAwait(false);
                var client = await listener.AcceptAsync(stop).ConfigureAwait(false);
                _ = ServeAsync(client, stop);
            }
            catch (SocketException e)
            {
                // A client that is gone again, or no descriptor left: neither may end the relay.
                places.Release();
                log.Write($"relay: {e.Message}");
                await Task.Delay(50, CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        try
        {
            client.NoDelay = true;
            await new RelayConnection(client, targets, stop).ServeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two ends is gone.
        }
        catch (Exception e)
        {
            log.Write($"bug: relay: {e}");
        }
        finally
        {
            client.Dispose();
            places.Release();
        }
    }
}
