using System.Net;
using System.Net.Sockets;
using Creel.Core;

namespace Creel.Runtime.Relay;

/// <summary>
/// Listens for ordinary programs, which know no unix sockets, so that they reach the proxy and, on the relay's own port, the hub.
/// </summary>
internal sealed class ProxyRelay : IDisposable
{
    private const int MostClients = 512;
    private readonly Socket listener;
    private readonly SemaphoreSlim places = new(MostClients);
    private readonly RelayTargets targets;
    private readonly bool proxyOnly;
    private readonly RuntimeLog log;

    /// <param name="at">Port 0: any free one, which <see cref="Port"/> tells.</param>
    /// <param name="proxyOnly">Whatever comes is the proxy's, as it comes.</param>
    /// <exception cref="CreelException">Somebody else has the port, or it may not be had.</exception>
    public ProxyRelay(IPEndPoint at, RelayTargets targets, RuntimeLog log, bool proxyOnly = false)
    {
        listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        this.targets = targets;
        this.log = log;
        this.proxyOnly = proxyOnly;
        try
        {
            listener.Bind(at);
            listener.Listen(256);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new CreelException(
                Fault.Conflict("relay-port", $"The relay can't listen on {at}: {e.Message}", "Give this cell another port"),
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

    private async Task PassOnAsync(Socket client, CancellationToken stop)
    {
        using var proxy = new ProxyLine(client, targets.ProxySocket, stop);
        if (await proxy.OpenAsync().ConfigureAwait(false))
        {
            await proxy.CopyAllAsync().ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        try
        {
            client.NoDelay = true;
            await (
                proxyOnly ? PassOnAsync(client, stop) : new RelayConnection(client, targets, stop).ServeAsync()
            ).ConfigureAwait(false);
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
