using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>Whether the gateway answers <c>/healthz</c>. By hand: an HTTP client loads more than the whole runtime.</summary>
internal static class GatewayProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<bool> AnswersAsync(int port, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token).ConfigureAwait(false);
            var request = $"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n";
            await socket.SendAllAsync(Encoding.ASCII.GetBytes(request), limit.Token).ConfigureAwait(false);
            var answer = new byte[12];
            var length = 0;
            while (length < answer.Length)
            {
                var count = await socket.ReceiveAsync(answer.AsMemory(length), limit.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return false;
                }

                length += count;
            }

            return answer.AsSpan().SequenceEqual("HTTP/1.1 200"u8);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }
}
