using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Creel.Core.Outbound;
using Creel.Proxy.Intercept;
using Creel.Tests.Runtime;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Proxy;

public class InterceptTests
{
    private const string Provider = "api.anthropic.com";
    private static readonly ProxyOrders Open = ProxyServer.Orders with
    {
        Cells = [.. ProxyServer.Orders.Cells.Select(c => c with { Egress = [EgressRule.Parse("example.org:443")] })],
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_knows_no_proxy_gets_the_real_key_and_goes_through_the_book(bool connect)
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        using var client = Client(proxy, connect);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{Provider}/v1/messages")
        {
            Content = new StringContent("""{"model":"m","max_tokens":5}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-api-key", "sk-hard-coded");
        request.Headers.Add("Authorization", "Bearer sk-hard-coded");

        using var answer = await client.SendAsync(request);

        (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, "pong"));
        var seen = stub.Seen.ShouldHaveSingleItem();
        seen.Headers["x-api-key"].ShouldBe(ProxyServer.Key);
        seen.Headers.Values.ShouldNotContain(value => value.Contains("hard-coded"));
        (await proxy.CallsAsync()).ShouldHaveSingleItem().Upstream.ShouldBe("anthropic");
    }

    [Fact]
    public async Task Several_calls_may_share_a_connection_and_each_is_looked_at()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        using var client = Client(proxy);

        (await client.GetAsync($"https://{Provider}/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync($"https://{Provider}/v1/files")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await client.GetAsync($"https://{Provider}/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);

        stub.Seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_host_that_is_not_the_servers_name_is_misdirected()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        await using var tls = new SslStream(
            new NetworkStream(await proxy.LineAsync(), ownsSocket: true),
            false,
            (_, _, _, _) => true
        );
        await tls.AuthenticateAsClientAsync(Provider);

        await tls.WriteAsync("GET /v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n"u8.ToArray());

        (await HeadAsync(tls)).ShouldStartWith("HTTP/1.1 421 ");
        stub.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_trusts_only_the_provider_itself_is_refused_and_nothing_leaves()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        await using var tls = new SslStream(new NetworkStream(await proxy.LineAsync(), ownsSocket: true));

        await Should.ThrowAsync<Exception>(() => tls.AuthenticateAsClientAsync(Provider));
        await tls.DisposeAsync();

        stub.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tls_for_another_server_is_passed_on_unseen_where_the_egress_lists_it()
    {
        await using var proxy = await ProxyServer.StartAsync(Open);
        await using var stub = await StubUpstream.StartAsync(proxy.Roots, "example.org");
        proxy.Names["example.org"] = [ProxyServer.Somewhere];
        proxy.Ports[443] = stub.Port;
        using var client = Client(proxy, roots: proxy.Roots.All[0]);

        (await client.GetStringAsync("https://example.org/x")).ShouldBe("pong");

        stub.Seen.ShouldHaveSingleItem().Target.ShouldBe("/x");
    }

    [Fact]
    public async Task Tls_for_any_other_is_cut_off_and_its_name_is_never_resolved()
    {
        await using var proxy = await ProxyServer.StartAsync(Open);
        using var client = Client(proxy);

        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync("https://evil.example/"));

        proxy.Resolved.ShouldBeEmpty();
        var denial = (await proxy.DenialsAsync()).ShouldHaveSingleItem();
        (denial.Kind, denial.Host, denial.Port, denial.Rule).ShouldBe(("connect", "evil.example", 443, "not-allowed"));
    }

    [Theory]
    [InlineData("160.79.104.10", "no-name")]
    [InlineData("api.openai.com", "server-name")]
    public async Task A_connect_whose_tls_names_nobody_or_somebody_else_is_cut_off(string name, string rule)
    {
        await using var proxy = await ProxyServer.StartAsync();
        using var line = await proxy.LineAsync();
        await using var stream = new NetworkStream(line);
        if (rule == "server-name")
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {Provider}:443 HTTP/1.1\r\nHost: {Provider}:443\r\n\r\n"));
            await HeadAsync(stream);
        }

        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, _, _, _) => true);
        await Should.ThrowAsync<IOException>(() => tls.AuthenticateAsClientAsync(name));

        (await proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe(rule);
    }

    [Fact]
    public async Task Without_interception_such_calls_are_refused()
    {
        await using var proxy = await ProxyServer.StartAsync(ProxyServer.Orders with { Intercept = false });
        await using var stub = await proxy.ProviderAsync();
        using var client = Client(proxy);

        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync($"https://{Provider}/v1/models"));

        stub.Seen.ShouldBeEmpty();
        (await proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("upstream");
    }

    [Fact]
    public async Task A_stream_comes_as_it_is_sent()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await proxy.ProviderAsync();
        var more = new TaskCompletionSource();
        stub.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await more.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        };
        using var client = Client(proxy);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{Provider}/v1/messages")
        {
            Content = new StringContent("""{"model":"m","max_tokens":5,"stream":true}""", Encoding.UTF8, "application/json"),
        };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe("data: 1");
        more.SetResult();
        (await reader.ReadToEndAsync()).ShouldBe("\ndata: 2\n\n");
    }

    [Fact]
    public void The_authority_is_good_for_its_names_alone_and_keeps_its_key_when_names_come()
    {
        using var folder = new TestFolder();
        X509Certificate2 first;
        using (var authority = new Authority(folder.Path, null, TimeProvider.System))
        {
            authority.Allow([Provider]);
            first = authority.Certificate!;
            Trusts(first, authority.Issue(Provider, TimeSpan.FromDays(7)), Provider).ShouldBeTrue();
            Trusts(first, authority.Issue("evil.example", TimeSpan.FromDays(7)), "evil.example").ShouldBeFalse();
        }

        using var again = new Authority(folder.Path, null, TimeProvider.System);
        again.Certificate!.Thumbprint.ShouldBe(first.Thumbprint);
        again.Allow([Provider, "llm.example"]);
        again.Certificate.Thumbprint.ShouldNotBe(first.Thumbprint);
        Trusts(first, again.Issue(Provider, TimeSpan.FromDays(7)), Provider).ShouldBeTrue();
        Trusts(first, again.Issue("llm.example", TimeSpan.FromDays(7)), "llm.example").ShouldBeFalse();
        Trusts(again.Certificate, again.Issue("llm.example", TimeSpan.FromDays(7)), "llm.example").ShouldBeTrue();
        File.GetUnixFileMode(folder["authority.key"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Encoding.Latin1.GetString(File.ReadAllBytes(folder["authority.key"])).ShouldNotContain("PRIVATE");
    }

    private static bool Trusts(X509Certificate2 authority, X509Certificate2 shown, string name)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown) && shown.MatchesHostname(name);
    }

    /// <summary>A program in a cell whose every address leads to the proxy; it trusts the proxy's authority, or what it is given.</summary>
    private static HttpClient Client(ProxyServer proxy, bool connect = false, X509Certificate2? roots = null)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.Add(
            roots ?? X509CertificateLoader.LoadCertificateFromFile(Path.Combine(proxy.Folder, "home", ProxyNames.Authority))
        );
        return new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
                ConnectCallback = async (context, cancel) =>
                {
                    var stream = new NetworkStream(await proxy.LineAsync(), ownsSocket: true);
                    if (connect)
                    {
                        var target = $"{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}";
                        await stream.WriteAsync(
                            Encoding.ASCII.GetBytes($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"),
                            cancel
                        );
                        (await HeadAsync(stream)).ShouldStartWith("HTTP/1.1 200 ");
                    }

                    return stream;
                },
            }
        );
    }

    private static async Task<string> HeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n") && await stream.ReadAsync(one) > 0)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
