using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Creel.Runtime.Link;

/// <summary>
/// The opening handshake of a WebSocket (RFC 6455 §4.1) on a unix socket. By hand, since an HTTP client and the OpenSSL that it
/// loads are half of the time that a cell takes to connect, and an image need not have OpenSSL.
/// </summary>
internal static class SocketUpgrade
{
    private const int LongestAnswer = 8192;

    /// <exception cref="WebSocketException">The other side refuses, or is no WebSocket server.</exception>
    /// <exception cref="SocketException">There is no such socket, or nobody listens.</exception>
    public static async Task<WebSocket> ConnectAsync(string path, string target, string protocol, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            return await OpenAsync(socket, new UnixDomainSocketEndPoint(path), Request(target, "hub", protocol), protocol, cancel)
                .ConfigureAwait(false);
        }
        catch (SocketException) when (!File.Exists(path))
        {
            // The kernel's word for it would be "cannot assign requested address".
            socket.Dispose();
            throw new WebSocketException(WebSocketError.Faulted, $"there is no socket {path}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The same on this cell's own loopback, where no protocol is asked for.</summary>
    /// <exception cref="WebSocketException">The other side refuses, or is no WebSocket server.</exception>
    /// <exception cref="SocketException">Nobody listens.</exception>
    public static async Task<WebSocket> ConnectAsync(int port, string target, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var request = Request(target, $"127.0.0.1:{port}", null);
            return await OpenAsync(socket, new IPEndPoint(IPAddress.Loopback, port), request, "", cancel).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<WebSocket> OpenAsync(
        Socket socket,
        EndPoint place,
        byte[] request,
        string protocol,
        CancellationToken cancel
    )
    {
        await socket.ConnectAsync(place, cancel).ConfigureAwait(false);
        await socket.SendAllAsync(request, cancel).ConfigureAwait(false);
        Expect(await AnswerAsync(socket, cancel).ConfigureAwait(false));
        return new UnixWebSocket(socket, protocol);
    }

    private static byte[] Request(string target, string host, string? protocol)
    {
        // The key only proves to a client that no cache answered; on this socket there can be none.
        var key = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
        return Encoding.ASCII.GetBytes(
            $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
                + (protocol is null ? "\r\n" : $"Sec-WebSocket-Protocol: {protocol}\r\n\r\n")
        );
    }

    /// <summary>Reads the answer's head and not a byte more: what follows is the WebSocket's.</summary>
    private static async Task<string> AnswerAsync(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[LongestAnswer];
        var length = 0;
        while (length < buffer.Length)
        {
            var seen = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.Peek, cancel).ConfigureAwait(false);
            if (seen == 0)
            {
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, "the hub closed the connection");
            }

            var end = buffer.AsSpan(0, length + seen).IndexOf("\r\n\r\n"u8);
            var take = end < 0 ? seen : end + 4 - length;
            length += await socket.ReceiveAsync(buffer.AsMemory(length, take), SocketFlags.None, cancel).ConfigureAwait(false);
            if (end >= 0)
            {
                return Encoding.ASCII.GetString(buffer, 0, length);
            }
        }

        throw new WebSocketException(WebSocketError.HeaderError, "what answers on the hub's socket is no hub");
    }

    private static void Expect(string answer)
    {
        var status = answer[..answer.IndexOf('\r', StringComparison.Ordinal)];
        if (!status.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
        {
            throw new WebSocketException(WebSocketError.NotAWebSocket, $"the hub refuses the connection: {status}");
        }
    }
}
