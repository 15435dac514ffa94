using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Core.Outbound;

namespace Creel.Tests.Proxy;

/// <summary>A provider's stand-in that writes what a test says, whether that is HTTP or not.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Task accepting;
    private int asked;
    private int accepted;

    private RawUpstream(Func<NetworkStream, CancellationToken, Task> answer)
    {
        Answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Called once a request was read, and again for the next on the same connection; what it throws closes that.</summary>
    public Func<NetworkStream, CancellationToken, Task> Answer { get; set; }

    /// <summary>Requests that were read.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Connections that were made.</summary>
    public int Accepted => Volatile.Read(ref accepted);

    /// <summary>Under the name of <c>raw</c>, with no key.</summary>
    public UpstreamModel Model =>
        new()
        {
            Name = "raw",
            BaseUrl = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}",
            Local = true,
            Auth = AuthStyle.None,
            Dialect = Dialect.Anthropic,
            Calls = BuiltInUpstreams.CallsOf(Dialect.Anthropic),
        };

    public static RawUpstream Start(Func<NetworkStream, CancellationToken, Task> answer) => new(answer);

    public static RawUpstream Start(string answer) => Start((to, _) => WriteAsync(to, answer));

    /// <summary>Latin-1: a character is a byte.</summary>
    public static Task WriteAsync(NetworkStream to, string text) => to.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        listener.Dispose();
        await accepting;
        ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(ended.Token);
                Interlocked.Increment(ref accepted);
                open.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ReadAsync(stream))
            {
                Interlocked.Increment(ref asked);
                await Answer(stream, ended.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed by either side.
        }
    }

    /// <summary>Reads a head, and a body of the length that it tells.</summary>
    private async Task<bool> ReadAsync(NetworkStream from)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await from.ReadAsync(one, ended.Token) == 0)
            {
                return false;
            }

            head.Append((char)one[0]);
        }

        var length = head.ToString()
            .Split("\r\n")
            .Where(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line.Split(':')[1]))
            .FirstOrDefault();
        await from.ReadExactlyAsync(new byte[length], ended.Token);
        return true;
    }
}
