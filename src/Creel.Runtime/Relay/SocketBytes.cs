using System.Net.Sockets;

namespace Creel.Runtime.Relay;

/// <summary>Bytes from socket to socket.</summary>
internal static class SocketBytes
{
    /// <summary>Null: nobody listens there.</summary>
    public static async Task<Socket?> ConnectAsync(string? path, CancellationToken cancel)
    {
        if (path is null)
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Until <paramref name="from"/> has finished, which is then passed on unless it should not be.</summary>
    public static async Task CopyAsync(Socket from, Socket to, CancellationToken cancel, bool finish = true)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await from.ReceiveAsync(buffer, cancel).ConfigureAwait(false)) > 0)
        {
            await to.SendAllAsync(buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
        }

        if (finish)
        {
            to.Shutdown(SocketShutdown.Send);
        }
    }

    public static async Task IgnoreAsync(Socket from, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, cancel).ConfigureAwait(false) > 0)
        {
            // Nobody wants it.
        }
    }

    /// <summary>Waits for a copy to end, but not for ever.</summary>
    public static async Task DrainAsync(Task copy, TimeSpan most, CancellationToken cancel)
    {
        try
        {
            await copy.WaitAsync(most, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or SocketException)
        {
            // Its other end is gone, or keeps silent.
        }
    }
}
