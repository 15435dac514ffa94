using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Creel.Tests.Proxy;

/// <summary>Who sends next to nothing for long, or never comes to an end, is given up.</summary>
public class SlowClientTests
{
    private const string Post = "POST /anthropic/v1/messages HTTP/1.1\r\nHost: localhost\r\n";

    [Theory]
    [InlineData("G|E|T| |/|a|n|t|h", "")]
    [InlineData(Post + "X-A: |a|a|a|a|a|a", "")]
    [InlineData(Post + "Content-Length: 1000\r\n\r\n{|a|a|a|a|a|a", "408")]
    [InlineData(Post + "Transfer-Encoding: chunked\r\n\r\n|1\r\n{\r\n|1\r\n|a|\r\n|1", "408")]
    [InlineData("\x16\x03\x01\x02|\0|\x01|\0|\x01|\xfc|\x03", "")]
    public async Task A_drop_at_a_time_is_not_enough(string drops, string status)
    {
        await using var proxy = await ProxyServer.StartAsync(change: s =>
            s with
            {
                HeadPatience = TimeSpan.FromSeconds(2),
                BodyPatience = TimeSpan.FromSeconds(2),
            }
        );
        await using var provider = await proxy.ProviderAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var line = await proxy.LineAsync();
        await using var stream = new NetworkStream(line);
        var reading = ReadAsync(stream, limit.Token);
        using var drip = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            foreach (var drop in drops.Split('|'))
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(drop), limit.Token);
                if (reading.IsCompleted)
                {
                    break;
                }

                await drip.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (IOException)
        {
            // It hung up.
        }

        var answer = await reading;
        if (status.Length > 0 && answer.Length > 0)
        {
            answer.ShouldStartWith($"HTTP/1.1 {status} ");
        }

        provider.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;x=", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")]
    [InlineData(
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
        "X-Trailer: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
    )]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n")]
    public async Task A_body_that_never_ends_is_cut_off(string start, string more)
    {
        await using var proxy = await ProxyServer.StartAsync(ProxyServer.Orders with { BodyLimit = 1024 * 1024 });
        await using var provider = await proxy.ProviderAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var line = await proxy.LineAsync();
        await using var stream = new NetworkStream(line);
        var reading = ReadAsync(stream, limit.Token);
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(more, 512)));
        var sent = 0L;
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Post + start), limit.Token);
            while (!reading.IsCompleted)
            {
                await stream.WriteAsync(piece, limit.Token);
                sent += piece.Length;
            }
        }
        catch (IOException)
        {
            // It hung up, which is what this is about.
        }

        await reading;
        sent.ShouldBeLessThan(64 * 1024 * 1024);
        provider.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handshake_that_stops_in_the_middle_is_given_up()
    {
        await using var proxy = await ProxyServer.StartAsync(change: s => s with { HeadPatience = TimeSpan.FromSeconds(1) });
        using var line = await proxy.LineAsync();
        await using var one = new FirstWrite(new NetworkStream(line));
        await using var tls = new SslStream(one, false, (_, _, _, _) => true);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        // What the client would say last is swallowed, so it believes that all is well.
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "api.anthropic.com" }, limit.Token);
        await ReadAsync(tls, limit.Token);
        (await proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("handshake");
    }

    private static async Task<string> ReadAsync(Stream from, CancellationToken cancel)
    {
        using var answer = new MemoryStream();
        try
        {
            await from.CopyToAsync(answer, cancel);
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>Lets the hello through and nothing after it.</summary>
    private sealed class FirstWrite(Stream line) : Stream
    {
        private int writes;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            line.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            writes++ == 0 ? line.WriteAsync(buffer, cancellationToken) : default;

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            line.Dispose();
            base.Dispose(disposing);
        }
    }
}
