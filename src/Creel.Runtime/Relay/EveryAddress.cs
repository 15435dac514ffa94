using System.Net;
using System.Net.Sockets;
using Creel.Core;

namespace Creel.Runtime.Relay;

/// <summary>
/// In a cell where every address is its own: takes the web's ports on all of them, and answers for names. So a program that
/// dials a provider by itself, by name or by number, ends in the proxy.
/// </summary>
internal sealed class EveryAddress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>Nobody's, but for documentation: it can be bound only where every address can.</summary>
    private static readonly IPEndPoint Strange = new(IPAddress.Parse("192.0.2.1"), 0);

    private readonly List<ProxyRelay> relays = [];
    private readonly NameStub names;

    private EveryAddress(RelayTargets targets, RuntimeLog log)
    {
        names = new NameStub(log);
        try
        {
            foreach (var port in (ReadOnlySpan<int>)[80, 443])
            {
                relays.Add(new ProxyRelay(new IPEndPoint(IPAddress.Any, port), targets, log, proxyOnly: true));
                if (Socket.OSSupportsIPv6)
                {
                    relays.Add(new ProxyRelay(new IPEndPoint(IPAddress.IPv6Any, port), targets, log, proxyOnly: true));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Waits for the driver to make every address the cell's own. Null, and a line in the log: it did not.</summary>
    public static async Task<EveryAddress?> OpenAsync(RelayTargets targets, RuntimeLog log, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            using var timer = new PeriodicTimer(Look);
            while (!AllAreOurs())
            {
                await timer.WaitForNextTickAsync(patience.Token).ConfigureAwait(false);
            }

            return new EveryAddress(targets, log);
        }
        catch (Exception e) when (e is OperationCanceledException or CreelException or SocketException)
        {
            log.Write(
                $"programs that know no proxy reach nothing: {(e is OperationCanceledException ? "addresses were not opened" : e.Message)}"
            );
            return null;
        }
    }

    public Task RunAsync(CancellationToken stop) => Task.WhenAll([names.RunAsync(stop), .. relays.Select(r => r.RunAsync(stop))]);

    public void Dispose()
    {
        names.Dispose();
        relays.ForEach(relay => relay.Dispose());
    }

    private static bool AllAreOurs()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(Strange);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
