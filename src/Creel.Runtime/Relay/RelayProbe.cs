using System.Net;
using System.Net.Sockets;
using Creel.Core.Isolation;

namespace Creel.Runtime.Relay;

/// <summary>Whether the runtime beside this process is alive: <c>creel-runtime --healthy</c>, as a container's health check asks.</summary>
internal static class RelayProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="variable">Gives the value of a variable; null where it is not set.</param>
    public static async Task<bool> AnswersAsync(Func<string, string?> variable)
    {
        var port = int.TryParse(variable(CellPaths.RelayPortVariable), out var written) ? written : CellPaths.RelayPort;
        if (port == 0)
        {
            // No relay was asked for: that this program starts is all there is to see.
            return true;
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
