using System.Net;
using System.Net.Sockets;
using Creel.Core.Outbound;

namespace Creel.Proxy.Doors;

/// <summary>Opens and closes the compatibility port as the orders say. One that somebody else has is tried again.</summary>
internal sealed class PortDoor : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Standing standing;
    private readonly CellSockets sockets;
    private readonly ITimer again;
    private readonly Lock gate = new();
    private CompatibilityPort? open;
    private volatile string? trouble;

    public PortDoor(Standing standing, CellSockets sockets, TimeProvider time)
    {
        (this.standing, this.sockets) = (standing, sockets);
        again = time.CreateTimer(_ => Follow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        standing.Changed += Follow;
    }

    /// <summary>Why nobody listens; null: somebody does, or nobody should.</summary>
    public string? Trouble => trouble;

    public void Dispose()
    {
        standing.Changed -= Follow;
        again.Dispose();
    }

    private void Follow()
    {
        lock (gate)
        {
            var wanted = standing.Orders.Compatibility;
            if (wanted == open)
            {
                trouble = null;
                return;
            }

            sockets.ClosePort();
            open = null;
            try
            {
                if (wanted is not null)
                {
                    sockets.OpenPort(Listen(wanted));
                }

                (open, trouble) = (wanted, null);
            }
            catch (SocketException e)
            {
                trouble = e.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => $"another program has {wanted}",
                    SocketError.AddressNotAvailable => $"this machine has no address {wanted!.Address}",
                    SocketError.AccessDenied => $"only root may listen on port {wanted!.Port}, and the proxy is not root",
                    _ => $"{wanted} can't be listened on: {e.Message.TrimEnd('.')}",
                };
                again.Change(Pause, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static Socket Listen(CompatibilityPort at)
    {
        var address = IPAddress.Parse(at.Address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Without SO_REUSEPORT, by which another of its user could take part of the calls.
            socket.Bind(new IPEndPoint(address, at.Port));
            socket.Listen(512);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
