using System.Net;
using System.Net.Sockets;

namespace Creel.Adapters.Linux;

/// <summary>Whether something listens on a port of this machine.</summary>
public static class FreePort
{
    /// <summary>Nobody listens on it, neither on every address nor on the loopback one.</summary>
    public static bool Is(int port)
    {
        try
        {
            foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.Any])
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen(1);
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
