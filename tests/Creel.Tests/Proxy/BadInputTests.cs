using System.Net.Sockets;
using System.Text;

namespace Creel.Tests.Proxy;

/// <summary>What no well-behaved client sends. Whatever the answer, nothing of it reaches the provider.</summary>
public class BadInputTests
{
    private const string Post = "POST /anthropic/v1/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    public static TheoryData<string, string> Requests =>
        new()
        {
            { "chunks and a length", $"{Post}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n" },
            { "a length and chunks", $"{Post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n" },
            { "two lengths", $"{Post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}x" },
            { "the same length twice", $"{Post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}" },
            { "a list of lengths", $"{Post}Content-Length: 2, 2\r\n\r\n{{}}" },
            { "a length below zero", $"{Post}Content-Length: -2\r\n\r\n{{}}" },
            { "chunks twice", $"{Post}Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n" },
            { "chunks in something", $"{Post}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n" },
            { "chunks that are not last", $"{Post}Transfer-Encoding: chunked, gzip\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n" },
            {
                "chunks with a tab",
                $"{Post}Transfer-Encoding:\tchunked\r\nTransfer-Encoding: identity\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
            },
            { "a folded header", $"{Post}X-A: 1\r\n folded\r\nContent-Length: 2\r\n\r\n{{}}" },
            { "a space before the colon", $"{Post}Content-Length : 2\r\n\r\n{{}}" },
            { "a header without a name", $"{Post}: x\r\nContent-Length: 2\r\n\r\n{{}}" },
            { "a null in a header", $"{Post}X-A: a\0b\r\nContent-Length: 2\r\n\r\n{{}}" },
            { "bare line feeds", Post.Replace("\r\n", "\n") + "Content-Length: 2\n\n{}" },
            { "a bare line feed between headers", $"{Post}X-A: 1\nX-B: 2\r\nContent-Length: 2\r\n\r\n{{}}" },
            { "a bare carriage return", $"{Post}X-A: 1\rX-B: 2\r\nContent-Length: 2\r\n\r\n{{}}" },
            { "a chunk that is no number", $"{Post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n" },
            { "a chunk longer than it says", $"{Post}Transfer-Encoding: chunked\r\n\r\n1\r\n{{}}\r\n0\r\n\r\n" },
            { "a chunk as long as it can be", $"{Post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{{}}\r\n0\r\n\r\n" },
            { "no JSON", $"{Post}Content-Length: 3\r\n\r\nabc" },
            { "an array", $"{Post}Content-Length: 2\r\n\r\n[]" },
            { "an empty body", $"{Post}Content-Length: 0\r\n\r\n" },
            { "two models", $"{Post}Content-Length: 25\r\n\r\n{{\"model\":\"a\",\"model\":\"b\"}}" },
            { "two models, one disguised", $"{Post}Content-Length: 30\r\n\r\n{{\"model\":\"a\",\"mod\\u0065l\":\"b\"}}" },
            { "two objects", $"{Post}Content-Length: 4\r\n\r\n{{}}{{}}" },
            { "JSON that never ends", $"{Post}Content-Length: 9\r\n\r\n{{\"model\":" },
            { "a compressed body", $"{Post}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}" },
            { "no version", "POST /anthropic/v1/messages\r\n\r\n" },
            { "another version", "GET /anthropic/v1/models HTTP/2.0\r\nHost: localhost\r\n\r\n" },
            { "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0" },
            { "TLS", "\x16\x03\x01\0\x05hello" },
            { "garbage", "\xff\xfe\0\0\0\x01garbage\r\n\r\n" },
            {
                "a body on a GET",
                "GET /anthropic/v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
            },
            {
                "an upgrade to HTTP/2",
                $"{Post}Connection: upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nContent-Length: 3\r\n\r\nabc"
            },
        };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task What_is_not_said_plainly_goes_nowhere(string what, string bytes)
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        var answer = await proxy.RawAsync(bytes, finish: !bytes.Contains("Connection: close"));

        // Closed without a word is as good an answer, and so is the farewell of a protocol that nobody asked for.
        var status = answer.StartsWith("HTTP/1.1 ") ? int.Parse(answer.Split(' ')[1]) : 400;
        status.ShouldBeInRange(400, 599, $"{what}: {answer}");
        provider.Seen.ShouldBeEmpty(what);
        (await AliveAsync(proxy)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_server_reads_kindly_goes_on_in_one_form()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        (await proxy.RawAsync($"{Post}Content-Length: +02\r\n\r\n{{}}")).ShouldStartWith("HTTP/1.1 200 ");
        var seen = provider.Seen.ShouldHaveSingleItem();
        (seen.Text, seen.Headers["content-length"]).ShouldBe(("{}", "2"));
    }

    [Fact]
    public async Task A_header_of_one_mebibyte_is_too_large()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        var answer = await proxy.RawAsync($"{Post}X-A: {new string('a', 1024 * 1024)}\r\n\r\n");
        if (answer.Length > 0)
        {
            answer.ShouldStartWith("HTTP/1.1 431 ");
        }

        provider.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("POST /anthropic/v1/messages HTTP/1.1\r\nHost: localhost\r\n", "X-{0}: 1\r\n")]
    [InlineData("POST /anthropic/v1/messages HTTP/1.1\r\nHost: localhost\r\nX-Long: ", "aaaaaaaaaaaaaaaa")]
    [InlineData("POST /", "aaaaaaaaaaaaaaaa")]
    [InlineData("CONNECT github.com:443 HTTP/1.1\r\n", "X-{0}: 1\r\n")]
    [InlineData("CONNECT ", "aaaaaaaaaaaaaaaa")]
    public async Task A_head_that_never_ends_is_cut_off(string start, string more)
    {
        await using var proxy = await ProxyServer.StartAsync();
        using var line = await proxy.LineAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var sent = 0;
        try
        {
            await line.SendAsync(Encoding.ASCII.GetBytes(start), limit.Token);
            for (; ; sent++)
            {
                await line.SendAsync(Encoding.ASCII.GetBytes(more.Replace("{0}", $"{sent}")), limit.Token);
            }
        }
        catch (SocketException)
        {
            // It hung up, which is what this is about.
        }

        sent.ShouldBeLessThan(100_000);
    }

    [Theory]
    [InlineData("GET /anthropic/v1/mod")]
    [InlineData("CONNECT git")]
    [InlineData("CONN")]
    public async Task A_head_that_stops_in_the_middle_is_given_up(string start)
    {
        await using var proxy = await ProxyServer.StartAsync(change: s => s with { HeadPatience = TimeSpan.FromSeconds(1) });
        using var line = await proxy.LineAsync();
        await line.SendAsync(Encoding.ASCII.GetBytes(start));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        while (await line.ReceiveAsync(buffer, limit.Token) > 0) { }
    }

    [Fact]
    public async Task A_cell_holds_so_many_connections_and_no_more()
    {
        await using var proxy = await ProxyServer.StartAsync();
        var lines = new List<Socket>();
        try
        {
            for (var i = 0; i < Creel.Proxy.Doors.CellSockets.MostConnections + 1; i++)
            {
                lines.Add(await ConnectAsync(proxy));
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            (await lines[^1].ReceiveAsync(new byte[1], limit.Token)).ShouldBe(0);
            (await proxy.RawAsync("GET / HTTP/1.1\r\n\r\n", ProxyServer.Lisa)).ShouldStartWith("HTTP/1.1 400 ");
        }
        finally
        {
            lines.ForEach(l => l.Dispose());
        }
    }

    /// <summary>A socket whose queue is full says so: the next time may do.</summary>
    private static async Task<Socket> ConnectAsync(ProxyServer proxy)
    {
        Socket? line = null;
        await Eventually.Until(async () =>
        {
            try
            {
                line = await proxy.LineAsync();
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return line!;
    }

    private static async Task<bool> AliveAsync(ProxyServer proxy)
    {
        using var cell = proxy.Cell();
        return (await cell.GetAsync("/anthropic/v1/models")).IsSuccessStatusCode;
    }
}
