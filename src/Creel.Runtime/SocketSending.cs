using System.Net.Sockets;

namespace Creel.Runtime;

/// <summary>A socket takes as much as it has room for; this goes on until it has taken all.</summary>
internal static class SocketSending
{
    public static async ValueTask SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancel).ConfigureAwait(false)..];
        }
    }
}
