using System.Net;
using System.Text;
using Creel.Core.Outbound;

namespace Creel.Tests.Proxy;

public class RouteTests
{
    private const string Ask = """{"model":"claude-sonnet-4-5","max_tokens":10,"messages":[{"role":"user","content":"ping"}]}""";

    [Fact]
    public async Task A_call_reaches_its_provider_with_the_key_and_without_the_cells()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/anthropic/v1/messages?beta=true")
        {
            Content = new StringContent(Ask, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-api-key", "proxy:bart");
        request.Headers.Add("Authorization", "Bearer hard-coded");
        request.Headers.Add("Cookie", "a=b");
        request.Headers.Add("X-Forwarded-For", "10.0.0.1");
        request.Headers.Add("Forwarded", "for=10.0.0.1");
        request.Headers.Add("Proxy-Authorization", "Basic Zm9v");
        foreach (var taken in "api-key x-goog-api-key x-real-ip true-client-ip via openai-organization openai-project".Split(' '))
        {
            request.Headers.Add(taken, "1.1 mine");
        }

        request.Headers.Add("Connection", "x-gone");
        request.Headers.Add("X-Gone", "1");
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var answer = await cell.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("pong");
        var seen = provider.Seen.ShouldHaveSingleItem();
        seen.Target.ShouldBe("/v1/messages?beta=true");
        seen.Text.ShouldBe(Ask);
        seen.Headers["host"].ShouldBe("api.anthropic.com");
        seen.Headers["x-api-key"].ShouldBe(ProxyServer.Key);
        seen.Headers["anthropic-version"].ShouldBe("2023-06-01");
        seen.Headers.Keys.ShouldBe(
            ["host", "x-api-key", "anthropic-version", "content-type", "content-length", "accept-encoding"],
            ignoreOrder: true
        );
        var call = (await proxy.CallsAsync()).ShouldHaveSingleItem();
        (call.Agent, call.Model, call.Status, call.Outcome).ShouldBe(("bart", "claude-sonnet-4-5", 200, "done"));
    }

    [Fact]
    public async Task OpenAi_gets_its_key_as_a_bearer_and_nothing_else()
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync("openai", "api.openai.com");
        using var cell = proxy.Cell(ProxyServer.Lisa);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/openai/v1/chat/completions")
        {
            Content = new StringContent(Ask),
        };
        request.Headers.Add("x-api-key", "mine");
        request.Headers.Add("Authorization", "Bearer proxy:maggie");
        using var answer = await cell.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var seen = provider.Seen.ShouldHaveSingleItem();
        seen.Headers["authorization"].ShouldBe($"Bearer {ProxyServer.Key}");
        seen.Headers.Keys.ShouldNotContain("x-api-key");
        (await proxy.CallsAsync()).Single().Agent.ShouldBe("maggie");
    }

    /// <summary>Cells are told one base URL for OpenAI, which ends with the version; so may the base of what stands in its place.</summary>
    [Theory]
    [InlineData("/openai/v1/chat/completions")]
    [InlineData("/openai/chat/completions")]
    public async Task What_stands_in_a_providers_place_is_called_with_the_version_or_without(string path)
    {
        await using var proxy = await ProxyServer.StartAsync(
            ProxyServer.Orders with
            {
                Upstreams =
                [
                    BuiltInUpstreams.OpenAi with
                    {
                        BaseUrl = "https://api.openai.com/v1",
                        Calls = BuiltInUpstreams.CallsOf(Dialect.OpenAi, ""),
                    },
                ],
            }
        );
        await using var provider = await proxy.ProviderAsync("openai", "api.openai.com");
        using var cell = proxy.Cell();
        using var answer = await cell.PostAsync(path, new StringContent(Ask));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        provider.Seen.ShouldHaveSingleItem().Target.ShouldBe("/v1/chat/completions");
    }

    /// <summary>The older proxy's table, row by row, with what is stricter now.</summary>
    [Theory]
    [InlineData("GET", "/anthropic/v1/models", "/v1/models")]
    [InlineData("GET", "/anthropic/v1/models/claude%3Ax?limit=1&after=%2e%2e", "/v1/models/claude%3Ax?limit=1&after=%2e%2e")]
    [InlineData("GET", "/openai/v1/models?limit=1", "/v1/models?limit=1")]
    [InlineData("GET", "/openai", "301 /openai/")]
    [InlineData("GET", "/anthropic/", "403")]
    [InlineData("GET", "/anything/", "/")]
    [InlineData("GET", "/anything/a/b?q", "/a/b?q")]
    [InlineData("GET", "/anthropic", "301 /anthropic/")]
    [InlineData("GET", "/anthropic?q=1", "301 /anthropic/?q=1")]
    [InlineData("GET", "/", "closed")]
    [InlineData("GET", "/other/v1/models", "closed")]
    [InlineData("GET", "/anthropicx/v1/models", "closed")]
    [InlineData("GET", "/Anthropic/v1/models", "closed")]
    [InlineData("GET", "/creel/health", "closed")]
    [InlineData("GET", "/anthropic/../openai/v1/models", "400")]
    [InlineData("GET", "/anthropic/v1/../../../v1/models", "400")]
    [InlineData("GET", "/anthropic/%2e%2e/openai/v1/models", "400")]
    [InlineData("GET", "/anthropic/.%2E/openai/v1/models", "400")]
    [InlineData("GET", "/anthropic/..%2fopenai/v1/models", "400")]
    [InlineData("GET", "/anthropic%2f..%2fopenai/v1/models", "400")]
    [InlineData("GET", "/anthropic/%252e%252e/openai/v1/models", "400")]
    [InlineData("GET", "/anthropic/./v1/models", "400")]
    [InlineData("GET", "/anthropic//v1/models", "400")]
    [InlineData("GET", "//anthropic/v1/models", "400")]
    [InlineData("GET", "/anthropic\\..\\openai/v1/models", "400")]
    [InlineData("GET", "/anthropic/%5c..%5copenai/v1/models", "400")]
    [InlineData("GET", "/anthropic/v1/models%00", "400")]
    [InlineData("GET", "/anthropic/v1/models%zz", "400")]
    [InlineData("GET", "/anthropic/v1/models#x", "400")]
    [InlineData("GET", "/anthropic/v1/organizations", "403")]
    [InlineData("DELETE", "/anthropic/v1/models", "403")]
    [InlineData("POST", "/anthropic/v1/models", "403")]
    [InlineData("POST", "/anthropic/v1/messages/batches", "403")]
    [InlineData("POST", "/anthropic/v1/messages/", "403")]
    public async Task Paths_lead_where_the_table_says(string method, string path, string expected)
    {
        await using var proxy = await ProxyServer.StartAsync(
            ProxyServer.Orders with
            {
                Upstreams =
                [
                    .. BuiltInUpstreams.All,
                    new UpstreamModel
                    {
                        Name = "anything",
                        BaseUrl = "https://anything.example",
                        Calls = [new("GET", "/**")],
                    },
                ],
            }
        );
        await using var provider = await StubUpstream.StartAsync(
            proxy.Roots,
            "api.anthropic.com",
            "api.openai.com",
            "anything.example"
        );
        proxy.Ports[443] = provider.Port;
        foreach (
            var (name, host) in new[]
            {
                ("anthropic", "api.anthropic.com"),
                ("openai", "api.openai.com"),
                ("anything", "anything.example"),
            }
        )
        {
            proxy.Names[host] = [ProxyServer.Somewhere];
            await proxy.SetKeyAsync(name, $"{ProxyServer.Key}-{name}");
        }

        var answer = await proxy.RawAsync($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:18080\r\nConnection: close\r\n\r\n");

        if (expected == "closed")
        {
            answer.ShouldBe("");
        }
        else if (expected.StartsWith('/'))
        {
            answer.ShouldStartWith("HTTP/1.1 200 ");
            provider.Seen.ShouldHaveSingleItem().Target.ShouldBe(expected);
            return;
        }
        else
        {
            answer.ShouldStartWith($"HTTP/1.1 {expected[..3]} ");
            answer.ShouldContain(expected.Length > 3 ? $"Location: {expected[4..]}\r\n" : "");
        }

        provider.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET http://127.0.0.1:18080/anthropic/v1/models HTTP/1.1\r\nHost: 127.0.0.1:18080", "200")]
    [InlineData("GET /anthropic/v1/models HTTP/1.0", "200")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: localhost:18080", "200")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: api-proxy:18080", "200")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: evil.example", "403")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1", "400")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", "400")]
    [InlineData("GET http://evil.example/anthropic/v1/models HTTP/1.1\r\nHost: 127.0.0.1:18080", "400")]
    [InlineData("GET http://api.openai.com/v1/models HTTP/1.1\r\nHost: 127.0.0.1:18080", "400")]
    [InlineData("GET http://x@127.0.0.1:18080/anthropic/v1/models HTTP/1.1\r\nHost: 127.0.0.1:18080", "400")]
    [InlineData("GET https://api.anthropic.com/v1/models HTTP/1.1\r\nHost: api.anthropic.com", "400")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: localhost@evil.example", "400")]
    [InlineData("GET ftp://api.anthropic.com/ HTTP/1.1\r\nHost: api.anthropic.com", "400")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: localhost", "400")]
    public async Task The_host_is_the_proxys_own(string head, string status)
    {
        await using var proxy = await ProxyServer.StartAsync();
        await using var provider = await proxy.ProviderAsync();
        (await proxy.RawAsync($"{head}\r\nConnection: close\r\n\r\n")).ShouldStartWith($"HTTP/1.1 {status} ");
    }
}
