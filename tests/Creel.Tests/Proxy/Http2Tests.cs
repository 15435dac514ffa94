using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Proxy;

/// <summary>HTTP/2 to those who take the proxy for the provider: the same line, the same rules.</summary>
public class Http2Tests
{
    private const string Provider = "api.anthropic.com";
    private const string Ask = """{"model":"m","max_tokens":5}""";

    private static readonly (string, string)[] Get =
    [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", Provider),
        (":path", "/v1/models"),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_is_the_same_over_both(bool http2)
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        stub.Answer = context =>
        {
            context.Response.Headers["request-id"] = "req_1";
            context.Response.Headers.SetCookie = "a=b";
            context.Response.Headers.AltSvc = "h3=\":443\"";
            context.Response.Headers.Connection = "x-hop";
            context.Response.Headers["x-hop"] = "1";
            return context.Response.WriteAsync("pong");
        };
        using var client = Client(proxy);
        using var request = Request(HttpMethod.Post, "/v1/messages?beta=true", http2);
        request.Content = new StringContent(Ask, Encoding.UTF8, "application/json");
        request.Headers.Add("x-api-key", "sk-hard-coded");
        request.Headers.Add("Cookie", "a=b; c=d");
        request.Headers.Add("X-Forwarded-For", "10.0.0.1");
        request.Headers.Add("anthropic-version", "2023-06-01");

        using var answer = await client.SendAsync(request);

        answer.Version.ShouldBe(http2 ? HttpVersion.Version20 : HttpVersion.Version11);
        (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, "pong"));
        answer
            .Headers.Select(h => h.Key.ToLowerInvariant())
            .Where(name => name is not ("date" or "transfer-encoding"))
            .ShouldBe(["request-id"]);
        var seen = stub.Seen.ShouldHaveSingleItem();
        (seen.Target, seen.Text).ShouldBe(("/v1/messages?beta=true", Ask));
        seen.Headers["x-api-key"].ShouldBe(ProxyServer.Key);
        seen.Headers.Keys.ShouldBe(
            ["host", "x-api-key", "anthropic-version", "content-type", "content-length", "accept-encoding"],
            ignoreOrder: true
        );
        (await proxy.CallsAsync()).ShouldHaveSingleItem().Upstream.ShouldBe("anthropic");
    }

    [Fact]
    public async Task Many_calls_share_a_connection_and_each_is_looked_at()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        stub.Answer = context => context.Response.WriteAsync(context.Request.Path + context.Request.QueryString);
        using var client = Client(proxy);
        (await GetAsync(client, "/v1/models")).ShouldBe("200 /v1/models");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(i => GetAsync(client, i % 3 == 0 ? $"/v1/files/{i}" : $"/v1/models?after_id={i}"))
        );

        for (var i = 0; i < answers.Length; i++)
        {
            answers[i].ShouldStartWith(i % 3 == 0 ? "403 " : $"200 /v1/models?after_id={i}");
        }

        stub.Seen.Count.ShouldBe(41);
    }

    [Fact]
    public async Task A_stream_comes_as_it_is_sent_with_its_trailers_and_who_leaves_stops_it()
    {
        await using var proxy = await ProxyServer.StartAsync(
            ProxyServer.Orders with
            {
                Upstreams = [BuiltInUpstreams.Anthropic with { Http2 = true }],
            }
        );
        await using var stub = await proxy.ProviderAsync();
        var more = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        stub.Answer = async context =>
        {
            context.RequestAborted.Register(() => stopped.TrySetResult());
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await (context.Request.QueryString.HasValue ? stopped.Task : more.Task);
            await context.Response.WriteAsync("data: 2\n\n");
            context.Response.AppendTrailer("x-checksum", "42");
            context.Response.AppendTrailer("set-cookie", "a=b");
        };
        using var client = Client(proxy);
        using var request = Request(HttpMethod.Post, "/v1/messages", http2: true);
        request.Content = new StringContent(Ask);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using (var reader = new StreamReader(await answer.Content.ReadAsStreamAsync()))
        {
            (await reader.ReadLineAsync()).ShouldBe("data: 1");

            using (var leaving = Request(HttpMethod.Post, "/v1/messages?beta=true", http2: true))
            {
                leaving.Content = new StringContent(Ask);
                using var left = await client.SendAsync(leaving, HttpCompletionOption.ResponseHeadersRead);
                await (await left.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[9]);
            }

            // One stream of the connection ended, the other goes on.
            await stopped.Task.WaitAsync(TimeSpan.FromSeconds(20));
            more.SetResult();
            (await reader.ReadToEndAsync()).ShouldBe("\ndata: 2\n\n");
        }

        answer.TrailingHeaders.Select(h => $"{h.Key}: {string.Concat(h.Value)}").ShouldBe(["x-checksum: 42"]);
        await Eventually.Until(async () =>
            (await proxy.CallsAsync()).Select(c => c.Outcome).Order().SequenceEqual(["aborted", "done"])
        );
    }

    [Fact]
    public async Task A_body_is_as_long_as_it_may_be_and_no_longer()
    {
        await using var proxy = await ProxyServer.StartAsync(ProxyServer.Orders with { BodyLimit = 1024 * 1024 });
        await using var stub = await proxy.ProviderAsync();
        using var client = Client(proxy);
        foreach (var (more, expected) in new[] { (0, HttpStatusCode.OK), (1, HttpStatusCode.RequestEntityTooLarge) })
        {
            using var request = Request(HttpMethod.Post, "/v1/messages", http2: true);
            request.Content = new StringContent($$"""{"model":"m","x":"{{new string('x', 1024 * 1024 - 20 + more)}}"}""");
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBe(expected);
        }

        stub.Seen.ShouldHaveSingleItem().Body.Length.ShouldBe(1024 * 1024);
    }

    public static TheoryData<string, string, (string, string)[]> Wrong =>
        new()
        {
            { "another host", "421", Put(":authority", "api.openai.com") },
            { "the proxy's own name", "421", Put(":authority", "localhost") },
            { "another host and a Host that is right", "421", [.. Put(":authority", "api.openai.com"), ("host", Provider)] },
            { "no host at all", "421", [.. Get.Where(f => f.Item1 != ":authority")] },
            { "a user", "reset", Put(":authority", $"x@{Provider}") },
            { "a path that goes up", "400", Put(":path", "/v1/../v1/models") },
            { "a path that goes up in disguise", "400", Put(":path", "/v1/%2e%2e/v1/models") },
            { "two slashes", "400", Put(":path", "//v1/models") },
            { "a path that is a URL", "reset", Put(":path", "https://api.openai.com/v1/models") },
            { "an empty path", "reset", Put(":path", "") },
            { "no path", "reset", [.. Get.Where(f => f.Item1 != ":path")] },
            { "no method", "reset", [.. Get.Where(f => f.Item1 != ":method")] },
            { "two paths", "goaway", [.. Get, (":path", "/v1/models/x")] },
            { "another scheme", "reset", Put(":scheme", "ftp") },
            { "an unknown pseudo-header", "goaway", [.. Get, (":x", "1")] },
            { "a pseudo-header that comes late", "goaway", [("x-a", "1"), .. Get] },
            { "a header in capitals", "goaway", [.. Get, ("X-A", "1")] },
            { "a header of the line", "goaway", [.. Get, ("connection", "close")] },
            { "chunks", "400", [.. Get, ("transfer-encoding", "chunked")] },
            { "te that is not trailers", "goaway", [.. Get, ("te", "gzip")] },
            { "a line end in a header", "goaway", [.. Get, ("x-a", "1\r\nx-b: 2")] },
            { "a length that is not there", "reset", [.. Get, ("content-length", "5")] },
            { "a method that is not on the list", "403", Put(":method", "DELETE") },
            { "a connect", "400", [(":method", "CONNECT"), (":authority", Provider)] },
            { "a connect for a socket", "403", [.. Put(":method", "CONNECT"), (":protocol", "websocket")] },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_not_said_plainly_goes_nowhere(string what, string expected, (string, string)[] fields)
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        await using var line = await Http2Line.ConnectAsync(proxy, Provider);
        await line.RequestAsync(1, ends: true, fields);

        var outcome = await line.OutcomeAsync(1);

        (outcome is "reset" or "goaway" or "closed" ? "refused" : outcome).ShouldBe(
            expected is "reset" or "goaway" ? "refused" : expected,
            what
        );
        stub.Seen.ShouldBeEmpty(what);
        await using var next = await Http2Line.ConnectAsync(proxy, Provider);
        await next.RequestAsync(1, ends: true, Get);
        (await next.OutcomeAsync(1)).ShouldBe("200");
    }

    [Fact]
    public async Task Nothing_is_offered_that_the_line_does_not_do()
    {
        const int ConnectProtocol = 8;
        await using var proxy = await ProxyServer.StartAsync();
        await using var line = await Http2Line.ConnectAsync(proxy, Provider);
        var settings = (await line.NextAsync())!.Value;
        settings.Type.ShouldBe(Http2Line.Settings);

        var offered = settings
            .Payload.Chunk(6)
            .ToDictionary(
                s => (int)BinaryPrimitives.ReadInt16BigEndian(s),
                s => BinaryPrimitives.ReadInt32BigEndian(s.AsSpan(2))
            );

        offered.GetValueOrDefault(ConnectProtocol).ShouldBe(0);
        offered[3].ShouldBe(128);
    }

    [Fact]
    public async Task Streams_that_are_opened_and_reset_without_end_lose_their_connection()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        stub.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var line = await Http2Line.ConnectAsync(proxy, Provider);
        var sent = 0;
        try
        {
            for (var stream = 1; sent < 100_000; stream += 2, sent++)
            {
                await line.RequestAsync(stream, ends: true, Get);
                await line.SendAsync(Http2Line.Reset, 0, stream, [0, 0, 0, 8]);
            }
        }
        catch (IOException)
        {
            // It hung up, which is what this is about.
        }

        sent.ShouldBeLessThan(100_000);
    }

    [Theory]
    [InlineData("curl", "--http2")]
    [InlineData("curl", "--http1.1")]
    [InlineData("node", "http2")]
    public async Task Real_clients_get_through(string program, string how)
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        stub.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync("data: 2\n\n");
        };
        await using var door = new TcpDoor(proxy);
        var authority = Path.Combine(proxy.Folder, "home", ProxyNames.Authority);
        var (code, text) = program == "curl" ? await RunAsync("curl", Curl()) : await RunAsync("node", "-e", Node());

        code.ShouldBe(0, text);
        text.ShouldBe($"data: 1\n\ndata: 2\n\n{(how == "--http1.1" ? "1.1" : "2")}");
        stub.Seen.ShouldHaveSingleItem().Text.ShouldBe(Ask);

        string[] Curl() =>
            [
                "-sS",
                how,
                "--cacert",
                authority,
                "--connect-to",
                $"{Provider}:443:127.0.0.1:{door.Port}",
                "-H",
                "content-type: application/json",
                "-d",
                Ask,
                "-w",
                "%{http_version}",
                $"https://{Provider}/v1/messages",
            ];

        string Node() =>
            $$"""
                const http2 = require('node:http2'), tls = require('node:tls');
                const socket = tls.connect({ host: '127.0.0.1', port: {{door.Port}}, servername: '{{Provider}}',
                    ALPNProtocols: ['h2'], ca: require('node:fs').readFileSync('{{authority}}') });
                const session = http2.connect('https://{{Provider}}', { createConnection: () => socket });
                const call = session.request({ ':method': 'POST', ':path': '/v1/messages', 'content-type': 'application/json' });
                call.setEncoding('utf8');
                call.on('data', (text) => process.stdout.write(text));
                call.on('end', () => { process.stdout.write(socket.alpnProtocol === 'h2' ? '2' : '?'); session.close(); });
                call.end('{{Ask}}');
                """;
    }

    private static (string, string)[] Put(string name, string value) => [.. Get.Select(f => f.Item1 == name ? (name, value) : f)];

    private static HttpRequestMessage Request(HttpMethod method, string path, bool http2) =>
        new(method, $"https://{Provider}{path}")
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

    private static async Task<string> GetAsync(HttpClient client, string path)
    {
        using var request = Request(HttpMethod.Get, path, http2: true);
        using var answer = await client.SendAsync(request);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static HttpClient Client(ProxyServer proxy)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.Add(
            X509CertificateLoader.LoadCertificateFromFile(Path.Combine(proxy.Folder, "home", ProxyNames.Authority))
        );
        return new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
                ConnectCallback = async (_, _) => new NetworkStream(await proxy.LineAsync(), ownsSocket: true),
            }
        );
    }

    private static async Task<(int Code, string Text)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return (process.ExitCode, text + await errors);
    }
}
