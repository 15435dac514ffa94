using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Creel.Runtime.Attempts;

/// <summary>Whether an address can be reached, each within a moment.</summary>
internal static class Reach
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.8);

    /// <summary>An address of nobody, for documentation: only where every address is one's own can it be bound.</summary>
    private static readonly IPEndPoint Strange = new(IPAddress.Parse("192.0.2.1"), 0);

    /// <summary>An answer, be it a refusal, shows that somebody is there, unless every address is this cell's own.</summary>
    public static Outcome Answer(IPAddress address, int port)
    {
        var place = $"{address}:{port}";
        if (EveryAddressIsOwn())
        {
            return Itself(place);
        }

        try
        {
            return Connect(address, port, out var socket) switch
            {
                SocketError.Success => Through(socket!, $"{place} answers"),
                SocketError.ConnectionRefused => Outcome.Through($"{place} refuses, so it is reached"),
                var error => Outcome.Stopped($"{place}: {error}"),
            };
        }
        catch (SocketException e)
        {
            return Outcome.Stopped($"{place}: {e.SocketErrorCode}");
        }
    }

    /// <summary>Only the secret shows that it is the one who was meant: a cell's own loopback refuses, too.</summary>
    public static Outcome Secret(IPAddress address, int port, string secret)
    {
        var place = $"{address}:{port}";
        try
        {
            var error = Connect(address, port, out var socket);
            if (error != SocketError.Success)
            {
                return Outcome.Stopped($"{place}: {error}");
            }

            using (socket)
            {
                socket!.ReceiveTimeout = (int)Patience.TotalMilliseconds;
                var buffer = new byte[256];
                var text = Encoding.Latin1.GetString(buffer, 0, socket.Receive(buffer));
                return text.Contains(secret, StringComparison.Ordinal)
                    ? Outcome.Through($"{place} tells the secret")
                    : Outcome.Stopped($"{place} is somebody else");
            }
        }
        catch (SocketException e)
        {
            return Outcome.Stopped($"{place}: {e.SocketErrorCode}");
        }
    }

    /// <summary>There is a way: nothing is sent.</summary>
    public static Outcome Route(IPAddress address)
    {
        if (EveryAddressIsOwn())
        {
            return Itself($"{address}");
        }

        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(address, 53));
            return Outcome.Through($"there is a route to {address}");
        }
        catch (SocketException e)
        {
            return Outcome.Stopped($"{address}: {e.SocketErrorCode}");
        }
    }

    /// <summary>
    /// Something leaves for there. A route alone may end at a wall, so where nothing is to leave it is tried; elsewhere the route says
    /// enough, and nothing is sent.
    /// </summary>
    /// <param name="somebody">Who would answer.</param>
    public static Outcome Way(IPAddress nobody, IPAddress somebody, bool closed)
    {
        var route = Route(nobody);
        return route.Held == false && closed ? Answer(somebody, 443) : route;
    }

    /// <summary>Asks a name server; a tunnel needs one that asks others.</summary>
    public static Outcome Ask(IPAddress server)
    {
        if (EveryAddressIsOwn())
        {
            return Itself($"{server}:53");
        }

        // An ordinary question: recursion desired, creel-verify.example, type A.
        byte[] question = [0x43, 0x52, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 12, .. "creel-verify"u8, 7, .. "example"u8, 0, 0, 1, 0, 1];
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
            socket.Connect(new IPEndPoint(server, 53));
            socket.Send(question);
            var answer = new byte[512];
            var count = socket.Receive(answer);
            var code = count > 3 ? answer[3] & 15 : -1;
            return code is 0 or 3
                ? Outcome.Through($"{server} answers for others")
                : Outcome.Stopped($"{server} does not ask others (code {code})");
        }
        catch (SocketException e)
        {
            return Outcome.Stopped($"{server}: {e.SocketErrorCode}");
        }
    }

    public static Outcome Itself(string place) => Outcome.Stopped($"{place} is this cell itself, as every address in it is");

    public static bool EveryAddressIsOwn()
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

    private static Outcome Through(Socket socket, string evidence)
    {
        socket.Dispose();
        return Outcome.Through(evidence);
    }

    public static SocketError Connect(IPAddress address, int port, out Socket? connected)
    {
        connected = null;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(new IPEndPoint(address, port));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!socket.Poll(Patience, SelectMode.SelectWrite))
            {
                socket.Dispose();
                return SocketError.TimedOut;
            }
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return e.SocketErrorCode;
        }

        var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error != SocketError.Success)
        {
            socket.Dispose();
            return error;
        }

        socket.Blocking = true;
        connected = socket;
        return SocketError.Success;
    }
}
