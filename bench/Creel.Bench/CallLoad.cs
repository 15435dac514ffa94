using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Creel.Bench;

/// <summary>A client of next to nothing: bytes that are ready, on connections that stay, and no more than a look at the answer.</summary>
internal static class CallLoad
{
    private static readonly string Body =
        "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":500,\"messages\":[{\"role\":\"user\",\"content\":\""
        + new string('x', 900)
        + "\"}]}";

    public static byte[] Request(string upstream, string host = "127.0.0.1:18080", string extra = "") =>
        Encoding.ASCII.GetBytes(
            $"POST {upstream}/v1/messages HTTP/1.1\r\nHost: {host}\r\nx-api-key: proxy:bart\r\nanthropic-version: 2023-06-01\r\n"
                + $"content-type: application/json\r\naccept: application/json\r\nuser-agent: bench\r\n{extra}"
                + $"content-length: {Body.Length}\r\n\r\n{Body}"
        );

    public static async Task<Socket> DialAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        for (var tries = 0; ; tries++)
        {
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                return socket;
            }
            catch (SocketException) when (tries < 100)
            {
                // Its queue is full for the moment.
                await Task.Delay(5);
            }
        }
    }

    /// <summary>As many as go, one after the other on each connection.</summary>
    /// <returns>Calls a second.</returns>
    public static async Task<double> SaturateAsync(string path, byte[] request, int connections, int count)
    {
        var left = count;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        using var socket = await DialAsync(path);
                        var buffer = new byte[16 * 1024];
                        while (Interlocked.Decrement(ref left) >= 0)
                        {
                            await CallAsync(socket, request, buffer);
                        }
                    })
                )
        );
        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>So many a second, whether the last were answered or not.</summary>
    /// <returns>Milliseconds from sending to the whole answer.</returns>
    public static async Task<IReadOnlyList<double>> PacedAsync(string path, byte[] request, int rate, TimeSpan length)
    {
        const int Connections = 32;
        var due = Channel.CreateUnbounded<bool>();
        var all = new List<double>[Connections];
        var workers = Enumerable
            .Range(0, Connections)
            .Select(n =>
                Task.Run(async () =>
                {
                    all[n] = new List<double>();
                    using var socket = await DialAsync(path);
                    var buffer = new byte[16 * 1024];
                    await foreach (var _ in due.Reader.ReadAllAsync())
                    {
                        var begun = Stopwatch.GetTimestamp();
                        await CallAsync(socket, request, buffer);
                        all[n].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                    }
                })
            )
            .ToArray();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var start = Stopwatch.GetTimestamp();
        var sent = 0;
        for (var now = TimeSpan.Zero; now < length; now = Stopwatch.GetElapsedTime(start))
        {
            for (; sent < now.TotalSeconds * rate; sent++)
            {
                due.Writer.TryWrite(true);
            }

            await tick.WaitForNextTickAsync();
        }

        due.Writer.Complete();
        await Task.WhenAll(workers);
        return [.. all.SelectMany(samples => samples)];
    }

    private static async ValueTask CallAsync(Socket socket, byte[] request, byte[] buffer)
    {
        await socket.SendAsync(request);
        var have = 0;
        do
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(have));
            have += count > 0 ? count : throw new IOException(Encoding.ASCII.GetString(buffer, 0, have));
        } while (!IsWhole(buffer.AsSpan(0, have)));
        if (!buffer.AsSpan(0, 12).SequenceEqual("HTTP/1.1 200"u8))
        {
            throw new IOException(Encoding.ASCII.GetString(buffer, 0, have));
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer) => answer.EndsWith("}}"u8) || answer.EndsWith("\r\n0\r\n\r\n"u8);
}
