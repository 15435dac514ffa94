using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Egress;

namespace Creel.Tests.Proxy;

public class EgressTests
{
    [Fact]
    public async Task A_tunnel_leads_to_a_listed_host()
    {
        await using var proxy = await ProxyServer.StartAsync(With("github.com:443"));
        await using var server = await HostAsync(proxy, "github.com");
        (await TlsAsync(proxy, "github.com:443", "github.com")).ShouldEndWith("\r\npong\r\n0\r\n\r\n");
        proxy.Resolved.ShouldBe(["github.com"]);
        (await proxy.DenialsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("example.com:443", "not-allowed")]
    [InlineData("github.com:80", "not-allowed")]
    [InlineData("api.github.com:443", "not-allowed")]
    [InlineData("93.184.216.34:443", "not-allowed")]
    [InlineData("[2606:4700::1]:443", "not-allowed")]
    [InlineData("127.0.0.1:443", "not-allowed")]
    [InlineData("api.anthropic.com:443", "upstream")]
    [InlineData("API.Anthropic.com:443", "upstream")]
    [InlineData("github.com", "bad-target")]
    [InlineData("github.com.:443", "bad-target")]
    [InlineData("u@github.com:443", "bad-target")]
    [InlineData("github.com:443:443", "bad-target")]
    [InlineData("github.com:99999", "bad-target")]
    [InlineData("github.com:+443", "bad-target")]
    [InlineData("https://github.com:443", "bad-target")]
    public async Task Everything_else_is_refused_and_never_resolved(string target, string rule)
    {
        await using var proxy = await ProxyServer.StartAsync(With("github.com:443") with { Intercept = false });
        var answer = await proxy.RawAsync($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");
        answer.ShouldStartWith(rule == "bad-target" ? "HTTP/1.1 400 " : "HTTP/1.1 403 ");
        answer.ShouldContain($"X-Creel-Rule: {rule}\r\n");
        proxy.Resolved.ShouldBeEmpty();
        var denial = (await proxy.DenialsAsync()).ShouldHaveSingleItem();
        (denial.Kind, denial.Rule, denial.Group.Value, denial.Cell.Value).ShouldBe(("connect", rule, "bart", ProxyServer.Bart));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("93.184.216.34", "192.168.0.1")]
    public async Task A_listed_name_may_not_lead_inside(params string[] addresses)
    {
        await using var proxy = await ProxyServer.StartAsync(With("github.com:443", "github.com:80"));
        proxy.Names["github.com"] = [.. addresses.Select(IPAddress.Parse)];
        var answer = await proxy.RawAsync("CONNECT github.com:443 HTTP/1.1\r\nHost: github.com:443\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 403 ");
        answer.ShouldContain("X-Creel-Rule: private-address\r\n");
        answer = await proxy.RawAsync("GET http://github.com/ HTTP/1.1\r\nHost: github.com\r\nConnection: close\r\n\r\n");
        answer.ShouldContain("X-Creel-Rule: private-address\r\n");
        (await proxy.DenialsAsync()).Select(d => d.Rule).ShouldBe(["private-address", "private-address"]);
    }

    [Fact]
    public async Task An_upstream_may_not_lead_inside_either_unless_it_is_said_to_be_local()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var stub = await StubUpstream.StartAsync();
        proxy.Names["api.anthropic.com"] = [IPAddress.Loopback];
        await proxy.SetKeyAsync("anthropic", ProxyServer.Key);
        using var cell = proxy.Cell();
        using var refused = await cell.GetAsync("/anthropic/v1/models");
        refused.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("not public");

        var local = new UpstreamModel
        {
            Name = "local",
            BaseUrl = $"http://127.0.0.1:{stub.Port}/v1",
            Auth = AuthStyle.None,
            Dialect = Dialect.OpenAi,
            Local = true,
            Calls = BuiltInUpstreams.CallsOf(Dialect.OpenAi, ""),
        };
        await proxy.OrderAsync(ProxyServer.Orders with { Upstreams = [local] });
        (await cell.GetStringAsync("/local/models")).ShouldBe("pong");
        var seen = stub.Seen.ShouldHaveSingleItem();
        seen.Target.ShouldBe("/v1/models");
        seen.Headers.Keys.ShouldNotContain("authorization");
    }

    [Theory]
    [InlineData("evil.example", "server-name")]
    [InlineData(null, "server-name")]
    public async Task The_server_that_is_named_in_a_tunnel_is_the_one_that_was_asked_for(string? name, string rule)
    {
        await using var proxy = await ProxyServer.StartAsync(With("github.com:443"));
        await using var server = await HostAsync(proxy, "github.com");
        await ShouldBeCutAsync(proxy, Hello.Of(name), rule);
    }

    [Fact]
    public async Task A_tunnel_carries_TLS_whose_server_can_be_seen()
    {
        await using var proxy = await ProxyServer.StartAsync(With("github.com:443"));
        await using var server = await HostAsync(proxy, "github.com");
        await ShouldBeCutAsync(proxy, Hello.Of("github.com", Hello.Extension(0xfe0d, [1, 2, 3])), "encrypted-name");
        await ShouldBeCutAsync(proxy, "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), "not-tls");
        await ShouldBeCutAsync(proxy, "SSH-2.0-x\r\n"u8.ToArray(), "not-tls");
    }

    [Fact]
    public async Task A_hello_may_come_with_the_CONNECT_and_in_many_pieces()
    {
        await using var proxy = await ProxyServer.StartAsync(With("github.com:443"));
        await using var server = await HostAsync(proxy, "github.com");
        var hello = Hello.Of("github.com", record: 20);
        using var line = await proxy.LineAsync();
        await line.SendAsync((byte[])[.. "CONNECT github.com:443 HTTP/1.0\r\n\r\n"u8, .. hello[..30]]);
        foreach (var piece in hello[30..].Chunk(7))
        {
            await line.SendAsync(piece);
        }

        // The server knows no such TLS, and says so in an alert: it has got it.
        await using var stream = new NetworkStream(line);
        var answer = new byte[40];
        await stream.ReadExactlyAsync(answer);
        Encoding.ASCII.GetString(answer, 0, 39).ShouldBe("HTTP/1.1 200 Connection Established\r\n\r\n");
        answer[39].ShouldBeOneOf((byte)0x15, (byte)0x16);
    }

    [Fact]
    public async Task Orders_that_no_longer_allow_a_tunnel_cut_it()
    {
        await using var proxy = await ProxyServer.StartAsync(With("github.com:443"));
        await using var server = await HostAsync(proxy, "github.com");
        using var line = await proxy.LineAsync();
        await using var tls = await TunnelAsync(proxy, line, "github.com:443", "github.com");
        await proxy.OrderAsync(With("github.com:443", "gitlab.com:443"));
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: github.com\r\n\r\n"u8.ToArray());
        (await tls.ReadAsync(new byte[4096])).ShouldBeGreaterThan(0);
        await proxy.OrderAsync(With("gitlab.com:443"));
        try
        {
            while (await tls.ReadAsync(new byte[4096]) > 0) { }
        }
        catch (IOException)
        {
            // Cut, not closed.
        }

        (await proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("not-allowed");
    }

    [Fact]
    public async Task Plain_http_goes_by_method_and_path()
    {
        await using var proxy = await ProxyServer.StartAsync(With("GET http://a.example/feed/*", "b.example:8080"));
        await using var server = await StubUpstream.StartAsync();
        proxy.Names["a.example"] = proxy.Names["b.example"] = [ProxyServer.Somewhere];
        proxy.Ports[80] = proxy.Ports[8080] = server.Port;
        (
            await proxy.RawAsync(
                "GET http://a.example/feed/1?x=%2F HTTP/1.1\r\nHost: a.example\r\nCookie: a=b\r\nProxy-Connection: close\r\nConnection: close\r\n\r\n"
            )
        ).ShouldEndWith("pong\r\n0\r\n\r\n");
        (await proxy.RawAsync("GET /feed/2 HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")).ShouldEndWith(
            "pong\r\n0\r\n\r\n"
        );
        (
            await proxy.RawAsync(
                "PUT http://b.example:8080/x HTTP/1.1\r\nHost: b.example:8080\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
            )
        ).ShouldEndWith("pong\r\n0\r\n\r\n");
        foreach (
            var wrong in (string[])
                [
                    "POST http://a.example/feed/1",
                    "GET http://a.example/other",
                    "GET http://b.example/x",
                    "GET http://a.example:8080/feed/1",
                    "GET http://c.example/",
                ]
        )
        {
            var host = wrong.Split('/')[2];
            (
                await proxy.RawAsync($"{wrong} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            ).ShouldStartWith("HTTP/1.1 403 ");
        }

        server
            .Seen.Select(s => $"{s.Method} {s.Target} {s.Headers["host"]} {s.Text}")
            .ShouldBe(["GET /feed/1?x=%2F a.example ", "GET /feed/2 a.example ", "PUT /x b.example:8080 abc"]);
        server.Seen.First().Headers["cookie"].ShouldBe("a=b");
        server.Seen.ShouldAllBe(s => !s.Headers.ContainsKey("proxy-connection") && !s.Headers.ContainsKey("x-api-key"));
        proxy.Resolved.Distinct().ShouldBe(["a.example", "b.example"]);
    }

    [Fact]
    public async Task Learning_lets_through_what_is_public_and_tells_it()
    {
        var learn = ProxyServer.Orders with { Cells = [ProxyServer.Orders.Cells[0] with { Learn = true }] };
        await using var proxy = await ProxyServer.StartAsync(learn);
        await using var server = await HostAsync(proxy, "github.com");
        await using var plain = await StubUpstream.StartAsync();
        proxy.Names["a.example"] = [ProxyServer.Somewhere];
        proxy.Names["inside.example"] = [IPAddress.Parse("10.0.0.1")];
        proxy.Ports[80] = plain.Port;
        await TlsAsync(proxy, "github.com:443", "github.com");
        await proxy.RawAsync("GET http://a.example/feed HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
        await proxy.RawAsync("GET http://inside.example/ HTTP/1.1\r\nHost: inside.example\r\nConnection: close\r\n\r\n");
        (await proxy.Control.GetStringAsync($"{ControlPaths.Learned}?cell={ProxyServer.Bart}")).ShouldBe(
            """["GET http://a.example:80/feed","github.com:443"]"""
        );

        await proxy.OrderAsync(With("GET http://a.example:80/feed", "github.com:443"));
        (await TlsAsync(proxy, "github.com:443", "github.com")).ShouldStartWith("HTTP/1.1 200 ");
        (
            await proxy.RawAsync("GET http://a.example/else HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
        ).ShouldStartWith("HTTP/1.1 403 ");
    }

    [Fact]
    public void What_can_no_longer_be_written_down_is_no_longer_let_through()
    {
        var cell = new Cell(ProxyServer.Orders.Cells[0] with { Learn = true }, TimeProvider.System);
        for (var i = 0; i < EgressPolicy.MostLearned; i++)
        {
            EgressPolicy.Allows(cell, $"h{i}.example", 443).ShouldBeTrue();
            EgressPolicy.Reached(cell, new EgressRule($"h{i}.example", 443));
        }

        EgressPolicy.Allows(cell, "h7.example", 443).ShouldBeTrue();
        EgressPolicy.Allows(cell, "h7.example", 444).ShouldBeFalse();
        EgressPolicy.Allows(cell, "more.example", 80, "GET", "/").ShouldBeFalse();
    }

    [Fact]
    public async Task Learning_ends_by_itself_and_so_does_what_it_let_through()
    {
        var learn = ProxyServer.Orders with
        {
            Cells = [ProxyServer.Orders.Cells[0] with { Learn = true, LearnUntil = DateTimeOffset.UtcNow.AddSeconds(5) }],
        };
        await using var proxy = await ProxyServer.StartAsync(learn);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        proxy.Names["github.com"] = [ProxyServer.Somewhere];
        proxy.Ports[443] = ((IPEndPoint)server.LocalEndpoint).Port;
        using var line = await proxy.LineAsync();
        await line.SendAsync("CONNECT github.com:443 HTTP/1.1\r\nHost: github.com:443\r\n\r\n"u8.ToArray());
        (await line.ReceiveAsync(new byte[1024])).ShouldBeGreaterThan(0);
        await line.SendAsync(Hello.Of("github.com"));

        // The server says nothing and nobody has given other orders.
        while (await line.ReceiveAsync(new byte[4096]) > 0) { }

        (await proxy.RawAsync("CONNECT github.com:443 HTTP/1.1\r\nHost: github.com:443\r\n\r\n")).ShouldStartWith(
            "HTTP/1.1 403 "
        );
        (await proxy.DenialsAsync()).Select(d => d.Rule).Distinct().ShouldBe(["not-allowed"]);
    }

    [Fact]
    public async Task A_public_address_of_this_machine_is_not_let_through()
    {
        // The kernel takes an address of its own for both ends. Here loopback stands for it, which the rule before would refuse.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var socket = await OutsideWorld.Real.Connect((IPEndPoint)listener.LocalEndpoint, default);
        Dialler.IsOurselves(socket.LocalEndPoint, IPAddress.Loopback).ShouldBeTrue();
        Dialler.IsOurselves(socket.LocalEndPoint, ProxyServer.Somewhere).ShouldBeFalse();
    }

    private static async Task ShouldBeCutAsync(ProxyServer proxy, byte[] first, string rule)
    {
        var before = (await proxy.DenialsAsync()).Count;
        var answer = await proxy.RawAsync(
            "CONNECT github.com:443 HTTP/1.1\r\nHost: github.com:443\r\n\r\n" + Encoding.Latin1.GetString(first)
        );
        answer.ShouldBe("HTTP/1.1 200 Connection Established\r\n\r\n");
        await Eventually.Until(async () => (await proxy.DenialsAsync()).Count == before + 1);
        (await proxy.DenialsAsync())[^1].Rule.ShouldBe(rule);
    }

    private static ProxyOrders With(params string[] egress) =>
        ProxyServer.Orders with
        {
            Cells = [ProxyServer.Orders.Cells[0] with { Egress = [.. egress.Select(EgressRule.Parse)] }],
        };

    private static async Task<StubUpstream> HostAsync(ProxyServer proxy, string name)
    {
        proxy.Names[name] = [ProxyServer.Somewhere];
        var server = await StubUpstream.StartAsync(proxy.Roots, name);
        proxy.Ports[443] = server.Port;
        return server;
    }

    private static async Task<SslStream> TunnelAsync(ProxyServer proxy, Socket line, string target, string name)
    {
        var stream = new NetworkStream(line);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {target} HTTP/1.1\r\nHost: somebody-else\r\n\r\n"));
        var answer = new byte[39];
        await stream.ReadExactlyAsync(answer);
        Encoding.ASCII.GetString(answer).ShouldBe("HTTP/1.1 200 Connection Established\r\n\r\n");
        var tls = new SslStream(stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(name);
        return tls;
    }

    private static async Task<string> TlsAsync(ProxyServer proxy, string target, string name)
    {
        using var line = await proxy.LineAsync();
        await using var tls = await TunnelAsync(proxy, line, target, name);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"));
        using var answer = new MemoryStream();
        await tls.CopyToAsync(answer);
        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
