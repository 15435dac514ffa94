using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;

namespace Creel.Bench;

/// <summary>Streams that were begun and say nothing more, and how long the first word of one takes.</summary>
internal static class OpenStreams
{
    /// <param name="server">With TLS, as who takes the proxy for that server; null: plain.</param>
    /// <returns>KiB that one stream costs the process.</returns>
    public static async Task<double> KibibytesAsync(int pid, string path, byte[] request, int count, string? server)
    {
        var open = new List<Stream>();
        try
        {
            // The first hundred pay for what is there only once.
            await OpenAsync(100);
            await SettleAsync();
            var before = ProcessFacts.ResidentKibibytes(pid);
            await OpenAsync(count);
            await SettleAsync();
            return (ProcessFacts.ResidentKibibytes(pid) - before) / count;
        }
        finally
        {
            open.ForEach(stream => stream.Dispose());
            await SettleAsync();
        }

        async Task OpenAsync(int more)
        {
            for (var n = 0; n < more; n++)
            {
                Stream stream = new NetworkStream(await CallLoad.DialAsync(path), ownsSocket: true);
                if (server is not null)
                {
                    var tls = new SslStream(stream, false, (_, _, _, _) => true);
                    await tls.AuthenticateAsClientAsync(server);
                    stream = tls;
                }

                open.Add(stream);
                await stream.WriteAsync(request);
                await FirstWordAsync(stream, new byte[4096]);
            }
        }
    }

    /// <returns>Milliseconds until the first word of each of some streams, on a connection that is warm.</returns>
    public static async Task<IReadOnlyList<double>> FirstWordsAsync(string path, byte[] request, int count)
    {
        using var socket = await CallLoad.DialAsync(path);
        await using var stream = new NetworkStream(socket);
        var buffer = new byte[4096];
        var all = new List<double>();
        for (var n = 0; n < count; n++)
        {
            var begun = Stopwatch.GetTimestamp();
            await stream.WriteAsync(request);
            var have = await FirstWordAsync(stream, buffer);
            all.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            while (!buffer.AsSpan(0, have).EndsWith("0\r\n\r\n"u8))
            {
                have += await stream.ReadAsync(buffer.AsMemory(have));
            }
        }

        return all;
    }

    private static async Task<int> FirstWordAsync(Stream stream, byte[] buffer)
    {
        var have = 0;
        do
        {
            var count = await stream.ReadAsync(buffer.AsMemory(have));
            have += count > 0 ? count : throw new IOException(System.Text.Encoding.ASCII.GetString(buffer, 0, have));
        } while (buffer.AsSpan(0, have).IndexOf("\"ping\""u8) < 0);
        return have;
    }

    private static Task SettleAsync() => Task.Delay(TimeSpan.FromSeconds(6));
}
