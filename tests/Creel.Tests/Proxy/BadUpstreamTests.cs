using System.IO.Compression;
using System.Net;
using System.Text;
using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Proxy;

/// <summary>What no well-behaved provider answers. The client is never given a part for the whole, and the proxy lives on.</summary>
public class BadUpstreamTests
{
    private const string Ask = """{"model":"m","max_tokens":10}""";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

    public static TheoryData<string, string> NoAnswers =>
        new()
        {
            { "garbage", "\xff\xfe\0\0garbage\r\n\r\n" },
            { "another protocol", "SSH-2.0-OpenSSH_9.2\r\n" },
            { "no status", "HTTP/1.1 OK\r\n\r\n" },
            { "a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n" },
            { "a header without a colon", $"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n" },
            { "a header without a name", $"{Ok}: x\r\nContent-Length: 0\r\n\r\n" },
            { "a header of one mebibyte", $"{Ok}X-A: {new string('a', 1024 * 1024)}\r\n\r\n" },
            { "half a head", Ok },
            { "a switch of protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nsecret" },
        };

    [Theory]
    [MemberData(nameof(NoAnswers))]
    public async Task An_answer_that_is_none_is_told_as_such(string what, string bytes)
    {
        await using var upstream = RawUpstream.Start(
            async (to, _) =>
            {
                await RawUpstream.WriteAsync(to, bytes);
                throw new IOException("that was all");
            }
        );
        await using var proxy = await ProxyServer.StartAsync(Orders(upstream));
        using var cell = proxy.Cell();

        using var answer = await AskAsync(cell);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway, what);
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("""{"type":"error","error":{"type":"api_error",""");
        upstream.Asked.ShouldBe(1, what);
    }

    [Fact]
    public async Task A_request_without_a_body_is_not_sent_again_either()
    {
        await using var upstream = RawUpstream.Start((_, _) => throw new IOException("closed without a word"));
        await using var proxy = await ProxyServer.StartAsync(Orders(upstream));
        using var cell = proxy.Cell();

        using var answer = await cell.GetAsync("/raw/v1/models");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        upstream.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Nor_is_one_to_another_host()
    {
        await using var server = RawUpstream.Start((_, _) => throw new IOException("closed without a word"));
        var orders = ProxyServer.Orders;
        await using var proxy = await ProxyServer.StartAsync(
            orders with
            {
                Cells = [orders.Cells[0] with { Egress = [EgressRule.Parse("a.example:80")] }],
            }
        );
        proxy.Names["a.example"] = [ProxyServer.Somewhere];
        proxy.Ports[80] = new Uri(server.Model.BaseUrl).Port;

        var answer = await proxy.RawAsync("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 502");
        server.Asked.ShouldBe(1);
    }

    public static TheoryData<string, string> HalfAnswers =>
        new()
        {
            { "less than it says", $"{Ok}Content-Length: 10\r\n\r\nfirst" },
            { "chunks without an end", $"{Ok}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n" },
            { "a chunk that is no number", $"{Ok}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\nzz\r\n" },
            { "a chunk as long as it can be", $"{Ok}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\nffffffffffffffff\r\n" },
            { "a chunk longer than it says", $"{Ok}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst and more\r\n0\r\n\r\n" },
            { "a chunk and a bare null", $"{Ok}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n\0\r\n\r\n" },
        };

    [Theory]
    [MemberData(nameof(HalfAnswers))]
    public async Task An_answer_that_breaks_off_is_not_taken_for_a_whole_one(string what, string bytes)
    {
        var book = new RecordingBook();
        await using var upstream = RawUpstream.Start(
            async (to, _) =>
            {
                await RawUpstream.WriteAsync(to, bytes);
                throw new IOException("that was all");
            }
        );
        await using var proxy = await ProxyServer.StartAsync(Orders(upstream), book: book);
        using var cell = proxy.Cell();

        await Should.ThrowAsync<HttpRequestException>(() => AskAsync(cell), what);

        await Eventually.Until(() => book.Lines.Any(line => line.StartsWith("Failed 200 ")));
        upstream.Asked.ShouldBe(1, what);
    }

    [Fact]
    public async Task A_length_beside_chunks_is_not_passed_on()
    {
        await using var upstream = RawUpstream.Start(
            $"{Ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n"
        );
        await using var proxy = await ProxyServer.StartAsync(Orders(upstream));

        var answer = await proxy.RawAsync(
            $"POST /raw/v1/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {Ask.Length}\r\n\r\n{Ask}"
        );

        answer.ShouldStartWith("HTTP/1.1 200 ");
        answer.ToLowerInvariant().ShouldNotContain("content-length");
        answer.ShouldEndWith("5\r\nfirst\r\n0\r\n\r\n");
    }

    [Fact]
    public async Task What_an_upstream_says_unasked_answers_nobody()
    {
        await using var upstream = RawUpstream.Start(
            $"{Ok}Content-Length: 5\r\n\r\nfirstHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
        );
        await using var proxy = await ProxyServer.StartAsync(Orders(upstream));
        using var cell = proxy.Cell();
        using var other = proxy.Cell(ProxyServer.Lisa);

        foreach (var client in (HttpClient[])[cell, other, cell])
        {
            (await (await AskAsync(client)).Content.ReadAsStringAsync()).ShouldBe("first");
        }

        upstream.Accepted.ShouldBe(3);
    }

    [Fact]
    public async Task Informal_answers_without_end_are_given_up()
    {
        await using var upstream = RawUpstream.Start(
            async (to, cancel) =>
            {
                using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
                while (await pace.WaitForNextTickAsync(cancel))
                {
                    await RawUpstream.WriteAsync(to, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
                }
            }
        );
        await using var proxy = await ProxyServer.StartAsync(Orders(upstream) with { ReadTimeout = 1 });
        using var cell = proxy.Cell();

        (await AskAsync(cell)).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task A_header_that_no_client_may_be_given_is_left_out()
    {
        await using var upstream = RawUpstream.Start(
            $"{Ok}X-Odd: a\x01b\r\nX-Null: a\0b\r\nX-Good: 1\r\nContent-Length: 5\r\n\r\nfirst"
        );
        await using var proxy = await ProxyServer.StartAsync(Orders(upstream));
        using var cell = proxy.Cell();

        using var answer = await AskAsync(cell);

        (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, "first"));
        answer.Headers.Contains("X-Odd").ShouldBeFalse();
        answer.Headers.GetValues("X-Null").ShouldBe(["a b"]);
        answer.Headers.GetValues("X-Good").ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("a stranger's certificate")]
    [InlineData("another name")]
    [InlineData("no TLS")]
    public async Task An_upstream_that_can_not_be_trusted_is_told_nothing(string what)
    {
        var book = new RecordingBook();
        await using var proxy = await ProxyServer.StartAsync(book: book);
        await using var provider = what switch
        {
            "another name" => await StubUpstream.StartAsync(proxy.Roots, "api.openai.com"),
            "no TLS" => await StubUpstream.StartAsync(),
            _ => await StubUpstream.StartAsync(new TestRoots(), "api.anthropic.com"),
        };
        proxy.Names["api.anthropic.com"] = [ProxyServer.Somewhere];
        proxy.Ports[443] = provider.Port;
        await proxy.SetKeyAsync("anthropic", ProxyServer.Key);
        using var cell = proxy.Cell();

        using var answer = await AskAsync(cell, "anthropic");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("certificate");
        provider.Seen.ShouldBeEmpty();
        await Eventually.Until(() => book.Lines.Contains("NotSent 0 0"));
    }

    [Fact]
    public async Task A_name_that_is_not_found_is_told_and_costs_nothing()
    {
        var book = new RecordingBook();
        await using var proxy = await ProxyServer.StartAsync(book: book);
        await proxy.SetKeyAsync("anthropic", ProxyServer.Key);
        using var cell = proxy.Cell();

        using var answer = await AskAsync(cell, "anthropic");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("the name api.anthropic.com can");
        await Eventually.Until(() => book.Lines.Contains("NotSent 0 0"));
    }

    [Fact]
    public async Task A_bomb_is_passed_on_as_it_is_and_never_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var i = 0; i < 64; i++)
            {
                await gzip.WriteAsync(new byte[1024 * 1024]);
            }
        }

        var bomb = packed.ToArray();
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        provider.Answer = async context =>
        {
            context.Request.Headers.AcceptEncoding.ToString().ShouldBe("identity");
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.ContentLength = bomb.Length;
            await context.Response.Body.WriteAsync(bomb);
        };
        using var cell = proxy.Cell();

        using var answer = await AskAsync(cell, "anthropic");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(bomb);

        using var content = new ByteArrayContent(bomb);
        content.Headers.ContentEncoding.Add("gzip");
        using var refused = await cell.PostAsync("/anthropic/v1/messages", content);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        provider.Seen.Count.ShouldBe(1);
    }

    private static ProxyOrders Orders(RawUpstream upstream) =>
        ProxyServer.Orders with
        {
            Upstreams = [.. BuiltInUpstreams.All, upstream.Model],
        };

    private static Task<HttpResponseMessage> AskAsync(HttpClient cell, string upstream = "raw") =>
        cell.PostAsync($"/{upstream}/v1/messages", new StringContent(Ask, Encoding.UTF8, "application/json"));
}
