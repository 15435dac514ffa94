using System.Net.Sockets;
using System.Text;

namespace Creel.Tests.Runtime;

/// <summary>Keeps what each connection sent, and answers each request (by its empty line, or its end) with its number.</summary>
internal sealed class StandInProxy : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Lock gate = new();
    private readonly List<string> received = [];

    public StandInProxy(string path)
    {
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(16);
        _ = AcceptAsync();
    }

    /// <summary>One text for each connection, growing.</summary>
    public IReadOnlyList<string> Received
    {
        get
        {
            lock (gate)
            {
                return [.. received];
            }
        }
    }

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        int index;
        lock (gate)
        {
            index = received.Count;
            received.Add("");
        }

        using (client)
        {
            var buffer = new byte[8192];
            var answers = 0;
            int count;
            while ((count = await client.ReceiveAsync(buffer)) > 0)
            {
                lock (gate)
                {
                    received[index] += Encoding.Latin1.GetString(buffer, 0, count);
                }

                // The head and the body of a request of these tests come in one piece or two; its answer is due once.
                var due = Received[index].Split("/anthropic/").Length - 1;
                for (; answers < due; answers++)
                {
                    var body = $"proxy {answers + 1};";
                    await client.SendAsync(
                        Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}")
                    );
                }
            }
        }
    }
}
