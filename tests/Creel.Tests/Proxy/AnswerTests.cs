using System.Net;
using System.Security.Cryptography;
using System.Text;
using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Creel.Tests.Proxy;

public class AnswerTests
{
    private const string Ask = """{"model":"claude-sonnet-4-5","max_tokens":10,"stream":true,"messages":[]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_event_arrives_before_the_next_is_sent(bool http2)
    {
        await using var proxy = await ProxyServer.StartAsync(With(http2));
        await using var provider = await proxy.ProviderAsync();
        using var read = new SemaphoreSlim(0);
        provider.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            context.Response.Headers["request-id"] = "req_1";
            context.Response.Headers.AltSvc = "h3=\":443\"";
            context.Response.Headers.SetCookie = "__cf=1";
            await context.Response.Body.FlushAsync();
            for (var i = 0; i < 5; i++)
            {
                (await read.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
                await context.Response.WriteAsync($"event: e{i}\ndata: {{}}\n\n");
                await context.Response.Body.FlushAsync();
            }
        };
        using var cell = proxy.Cell();
        using var answer = await SendAsync(cell);
        answer.Headers.GetValues("request-id").ShouldBe(["req_1"]);
        answer.Headers.Contains("Alt-Svc").ShouldBeFalse();
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream; charset=utf-8");
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        for (var i = 0; i < 5; i++)
        {
            read.Release();
            (await lines.ReadLineAsync()).ShouldBe($"event: e{i}");
            (await lines.ReadLineAsync()).ShouldBe("data: {}");
            (await lines.ReadLineAsync()).ShouldBe("");
        }

        (await lines.ReadToEndAsync()).ShouldBe("");
        provider.Seen.Single().Protocol.ShouldBe(http2 ? "HTTP/2" : "HTTP/1.1");
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(429, false)]
    [InlineData(500, true)]
    [InlineData(529, false)]
    public async Task Answers_pass_byte_for_byte(int status, bool chunked)
    {
        var body = RandomNumberGenerator.GetBytes(300_001);
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        provider.Answer = async context =>
        {
            context.Response.StatusCode = status;
            context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = "As It Likes";
            context.Response.ContentType = "application/x-bytes; a=\"\u00e9\"";
            context.Response.Headers["x-twice"] = new[] { "1", "2" };
            context.Response.Headers.RetryAfter = "7";
            context.Response.Headers["x-should-retry"] = "true";
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.ContentLength = chunked ? null : body.Length;
            await context.Response.Body.WriteAsync(body);
        };
        using var cell = proxy.Cell();
        using var answer = await SendAsync(cell);
        ((int)answer.StatusCode).ShouldBe(status);
        answer.ReasonPhrase.ShouldBe("As It Likes");
        answer.Headers.GetValues("x-twice").ShouldBe(["1", "2"]);
        answer.Headers.GetValues("retry-after").ShouldBe(["7"]);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["true"]);
        answer.Content.Headers.ContentLength.ShouldBe(chunked ? null : body.Length);
        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(body);
        provider.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_is_for_the_client_to_see()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        provider.Answer = context =>
        {
            context.Response.Redirect("https://api.anthropic.com/elsewhere");
            return Task.CompletedTask;
        };
        using var cell = proxy.Cell();
        using var answer = await SendAsync(cell);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        provider.Seen.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_leaves_stops_the_upstream(bool http2)
    {
        await using var proxy = await ProxyServer.StartAsync(With(http2));
        await using var provider = await proxy.ProviderAsync();
        var stopped = new TaskCompletionSource();
        provider.Answer = async context =>
        {
            context.RequestAborted.Register(() => stopped.TrySetResult());
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await stopped.Task;
        };
        using (var cell = proxy.Cell())
        {
            using var answer = await SendAsync(cell);
            await using var stream = await answer.Content.ReadAsStreamAsync();
            await stream.ReadExactlyAsync(new byte[5]);
        }

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.Until(async () => (await proxy.CallsAsync()) is [{ Outcome: "aborted", Received: 5 }]);
    }

    [Fact]
    public async Task An_upstream_that_breaks_off_breaks_the_answer_off()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        var go = new TaskCompletionSource();
        provider.Answer = async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await go.Task;
            context.Abort();
        };
        using var cell = proxy.Cell();
        using var answer = await SendAsync(cell);
        go.SetResult();
        await Should.ThrowAsync<HttpRequestException>(answer.Content.ReadAsStringAsync());
        await Eventually.Until(async () => (await proxy.CallsAsync()) is [{ Outcome: "broken", Received: 5 }]);
        provider.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_upstream_that_falls_silent_is_left()
    {
        await using var proxy = await ProxyServer.StartAsync(ProxyServer.Orders with { ReadTimeout = 1 });
        await using var provider = await proxy.ProviderAsync();
        provider.Answer = async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var cell = proxy.Cell();
        using var answer = await SendAsync(cell);
        await Should.ThrowAsync<HttpRequestException>(answer.Content.ReadAsStringAsync());
        await Eventually.Until(async () => (await proxy.CallsAsync()) is [{ Outcome: "timed-out", Received: 5 }]);

        provider.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var late = await SendAsync(cell);
        late.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await late.Content.ReadAsStringAsync()).ShouldStartWith("""{"type":"error","error":{"type":"timeout_error",""");
    }

    [Fact]
    public async Task An_upstream_that_hangs_up_without_an_answer_is_not_asked_twice()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();

        // The first call leaves a connection in the pool: a client of HTTP would try again when that one breaks.
        (await SendAsync(cell)).StatusCode.ShouldBe(HttpStatusCode.OK);
        provider.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        using var answer = await SendAsync(cell);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        provider.Seen.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slow_reader_slows_the_upstream(bool http2)
    {
        await using var proxy = await ProxyServer.StartAsync(With(http2));
        await using var provider = await proxy.ProviderAsync();
        const int Piece = 1024 * 1024;
        const int Pieces = 64;
        var sent = 0;
        provider.Answer = async context =>
        {
            var piece = new byte[Piece];
            for (var i = 0; i < Pieces; i++)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                Interlocked.Increment(ref sent);
            }
        };
        using var cell = proxy.Cell();
        using var answer = await SendAsync(cell);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[Piece]);

        // What lies between the two ends is bounded, however long one waits.
        var before = -1;
        await Eventually.Until(() => before == (before = Volatile.Read(ref sent)));
        Volatile.Read(ref sent).ShouldBeLessThan(Pieces / 2);
        await stream.CopyToAsync(Stream.Null);
        sent.ShouldBe(Pieces);
    }

    [Fact]
    public async Task What_is_announced_to_come_after_an_answer_comes_after_it()
    {
        await using var upstream = RawUpstream.Start(
            "HTTP/1.1 200 OK\r\nTrailer: X-Checksum, Set-Cookie\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nfirst\r\n4\r\nlast\r\n0\r\nX-Checksum: 42\r\nX-Checksum: 43\r\nSet-Cookie: a=b\r\nX-Odd: \x01\r\n\r\n"
        );
        await using var proxy = await ProxyServer.StartAsync(ProxyServer.Orders with { Upstreams = [upstream.Model] });
        var post = $"POST /raw/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Ask.Length}\r\n";

        // Twice on one connection, so that the end of the first is seen by the second.
        var answer = await proxy.RawAsync($"{post}\r\n{Ask}{post}Connection: close\r\n\r\n{Ask}");

        var parts = answer.Split("HTTP/1.1 200 OK\r\n");
        parts.Length.ShouldBe(3, proxy.Log.Text);
        foreach (var part in parts[1..])
        {
            part.ShouldContain("\r\nTransfer-Encoding: chunked\r\n");
            part.ShouldEndWith("last\r\n0\r\nX-Checksum: 42\r\nX-Checksum: 43\r\n\r\n");
        }
    }

    [Fact]
    public async Task Trailers_of_HTTP_2_pass_where_they_were_announced()
    {
        await using var proxy = await ProxyServer.StartAsync(With(http2: true));
        await using var provider = await proxy.ProviderAsync();
        provider.Answer = async context =>
        {
            context.Response.DeclareTrailer("x-checksum");
            await context.Response.WriteAsync("whole");
            context.Response.AppendTrailer("x-checksum", "42");
        };
        using var cell = proxy.Cell();
        using var answer = await SendAsync(cell);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("whole");
        answer.TrailingHeaders.GetValues("x-checksum").ShouldBe(["42"]);
    }

    [Fact]
    public async Task A_key_set_in_the_middle_of_a_stream_serves_the_next_call()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        var go = new TaskCompletionSource();
        provider.Answer = async context =>
        {
            await context.Response.WriteAsync("first ");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("last");
        };
        using var cell = proxy.Cell();
        using var answer = await SendAsync(cell);
        await proxy.SetKeyAsync("anthropic", "sk-second");
        await proxy.SetKeyAsync("anthropic", "sk-of-lisa", "lisa");
        go.SetResult();
        (await answer.Content.ReadAsStringAsync()).ShouldBe("first last");
        (await (await SendAsync(cell)).Content.ReadAsStringAsync()).ShouldBe("first last");
        using var lisa = proxy.Cell(ProxyServer.Lisa);
        await SendAsync(lisa);
        provider.Seen.Select(s => s.Headers["x-api-key"]).ShouldBe([ProxyServer.Key, "sk-second", "sk-of-lisa"]);
    }

    [Fact]
    public async Task A_body_of_34_MiB_passes_and_one_byte_more_does_not()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();
        var text = Encoding.ASCII.GetBytes($$"""{"model":"m","x":"{{new string('x', 34 * 1024 * 1024 - 20)}}"}""");
        text.Length.ShouldBe(34 * 1024 * 1024);
        using var whole = await cell.PostAsync("/anthropic/v1/messages", new ByteArrayContent(text));
        whole.StatusCode.ShouldBe(HttpStatusCode.OK);
        provider.Seen.Single().Body.AsSpan().SequenceEqual(text).ShouldBeTrue();
        using var chunked = await cell.PostAsync("/anthropic/v1/messages", new Chunks(text));
        chunked.StatusCode.ShouldBe(HttpStatusCode.OK);
        provider.Seen.Last().Body.AsSpan().SequenceEqual(text).ShouldBeTrue();

        using var more = await cell.PostAsync("/anthropic/v1/messages", new ByteArrayContent([.. text, (byte)' ']));
        more.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await more.Content.ReadAsStringAsync()).ShouldContain("request_too_large");
        provider.Seen.Count.ShouldBe(2);
    }

    private static ProxyOrders With(bool http2) =>
        ProxyServer.Orders with
        {
            Upstreams = [BuiltInUpstreams.Anthropic with { Http2 = http2 }],
        };

    private static Task<HttpResponseMessage> SendAsync(HttpClient cell) =>
        cell.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/anthropic/v1/messages") { Content = new StringContent(Ask) },
            HttpCompletionOption.ResponseHeadersRead
        );

    /// <summary>A body whose length nobody says.</summary>
    private sealed class Chunks(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
