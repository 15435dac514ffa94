using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Keys;

namespace Creel.Tests.Proxy;

public sealed class PortTests : IDisposable
{
    private const string Ask = """{"model":"claude-sonnet-4-5","max_tokens":10,"messages":[{"role":"user","content":"ping"}]}""";
    private static readonly GroupId Bart = GroupId.Parse("bart");
    private readonly string folder = Directory.CreateTempSubdirectory("creel-port-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("x-api-key", "")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("authorization", "bearer ")]
    public async Task A_token_is_the_group_and_the_call_is_like_any_of_its_cell(string header, string before)
    {
        await using var proxy = await StartAsync();
        await using var provider = await proxy.ProviderAsync();
        var token = await TokenAsync(proxy, "lisa");

        var answer = await RawAsync(
            proxy,
            $"POST /anthropic/v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}: {before}{token}\r\n"
                + $"Content-Length: {Ask.Length}\r\nConnection: close\r\n\r\n{Ask}"
        );

        answer.ShouldStartWith("HTTP/1.1 200 ");
        answer.ShouldContain("pong");
        var seen = provider.Seen.ShouldHaveSingleItem();
        seen.Headers["x-api-key"].ShouldBe(ProxyServer.Key);
        seen.Headers.Values.ShouldAllBe(value => !value.Contains(token));
        var call = (await proxy.CallsAsync()).ShouldHaveSingleItem();
        (call.Group.Value, call.Cell.Value, call.Status).ShouldBe(("lisa", ProxyServer.Lisa, 200));
        await OnlyTheHashIsKept(proxy, token);
    }

    [Fact]
    public async Task The_groups_limits_hold_on_the_port_and_on_the_socket_together()
    {
        var orders = ProxyServer.Orders with
        {
            Cells = [ProxyServer.Orders.Cells[0] with { Limits = new CallLimits(Requests: 2) }],
        };
        await using var proxy = await StartAsync(orders);
        await using var provider = await proxy.ProviderAsync();
        var token = await TokenAsync(proxy, "bart");
        using var cell = proxy.Cell();

        (await cell.GetAsync("/anthropic/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(proxy, "/anthropic/v1/models", token)).ShouldStartWith("HTTP/1.1 200 ");
        (await GetAsync(proxy, "/anthropic/v1/models", token)).ShouldStartWith("HTTP/1.1 429 ");
        (await cell.GetAsync("/anthropic/v1/models")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("proxy:bart")]
    [InlineData("sk-ant-somebodys-own")]
    [InlineData("creel-")]
    [InlineData("creel-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Without_a_known_token_a_provider_is_refused_in_its_own_words_and_all_else_gets_no_answer(string token)
    {
        await using var proxy = await StartAsync();
        await using var provider = await proxy.ProviderAsync();
        await TokenAsync(proxy, "bart");

        var anthropic = await GetAsync(proxy, "/anthropic/v1/models", token);
        anthropic.ShouldStartWith("HTTP/1.1 401 ");
        anthropic.ShouldContain("x-should-retry: false", Case.Insensitive);
        Body(anthropic).GetProperty("error").GetProperty("type").GetString().ShouldBe("authentication_error");
        Body(anthropic).GetProperty("type").GetString().ShouldBe("error");
        var openai = Body(await GetAsync(proxy, "/openai/v1/models", token)).GetProperty("error");
        openai.GetProperty("code").GetString().ShouldBe("no-token");
        foreach (var path in new[] { "/", "/other", "/creel/health", "/anthropicx/v1/models" })
        {
            (await GetAsync(proxy, path, token)).ShouldBe("");
        }

        provider.Seen.ShouldBeEmpty();
    }

    /// <summary>The older proxy's table once more, with the right token.</summary>
    [Theory]
    [InlineData("GET /anthropic HTTP/1.1\r\nHost: api-proxy:18080", "HTTP/1.1 301 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: api-proxy", "")]
    [InlineData("GET /other/ HTTP/1.1\r\nHost: localhost", "")]
    [InlineData("GET /anthropic/../openai/v1/models HTTP/1.1\r\nHost: localhost", "")]
    [InlineData("GET /anthropic/%2e%2e/openai/v1/models HTTP/1.1\r\nHost: localhost", "")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: evil.example", "")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: 172.17.0.1:18080", "HTTP/1.1 200 ")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: [fd00::1]:18080", "HTTP/1.1 200 ")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: host.docker.internal:18080", "HTTP/1.1 200 ")]
    [InlineData("GET http://172.17.0.1:18080/anthropic/v1/models HTTP/1.1\r\nHost: 172.17.0.1:18080", "")]
    [InlineData("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example", "")]
    [InlineData("CONNECT api.anthropic.com:443 HTTP/1.1\r\nHost: api.anthropic.com:443", "")]
    [InlineData("GET /anthropic/v1/organizations HTTP/1.1\r\nHost: localhost", "HTTP/1.1 403 ")]
    [InlineData("GET /v1/models HTTP/1.1\r\nHost: api.anthropic.com", "")]
    [InlineData("GET /anthropic/v1/models HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3", "")]
    public async Task Nothing_but_providers_is_reached(string head, string begin)
    {
        await using var proxy = await StartAsync();
        await using var provider = await proxy.ProviderAsync();
        var token = await TokenAsync(proxy, "bart");

        var answer = await RawAsync(proxy, $"{head}\r\nx-api-key: {token}\r\nConnection: close\r\n\r\n");

        if (begin.Length == 0)
        {
            answer.ShouldBe("");
        }
        else
        {
            answer.ShouldStartWith(begin);
        }

        provider.Seen.Count.ShouldBe(begin.Contains(" 200 ") ? 1 : 0);
    }

    [Fact]
    public async Task Tls_is_not_spoken_there()
    {
        await using var proxy = await StartAsync();
        (await RawAsync(proxy, "\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n")).ShouldNotContain("200");
    }

    [Fact]
    public async Task A_token_is_made_once_replaced_and_taken_back()
    {
        await using var proxy = await StartAsync();
        await using var provider = await proxy.ProviderAsync();
        var first = await TokenAsync(proxy, "bart");
        using var second = await PutAsync(proxy, "bart", GroupToken.Hash(GroupToken.Of(new byte[32])));
        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await GetAsync(proxy, "/anthropic/v1/models", first)).ShouldStartWith("HTTP/1.1 200 ");

        var third = await TokenAsync(proxy, "bart", replace: true);
        (await GetAsync(proxy, "/anthropic/v1/models", first)).ShouldStartWith("HTTP/1.1 401 ");
        (await GetAsync(proxy, "/anthropic/v1/models", third)).ShouldStartWith("HTTP/1.1 200 ");

        (await proxy.Control.DeleteAsync($"{ControlPaths.Tokens}/bart")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await proxy.Control.DeleteAsync($"{ControlPaths.Tokens}/bart")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(proxy, "/anthropic/v1/models", third)).ShouldStartWith("HTTP/1.1 401 ");
        using var wrong = await proxy.Control.PutAsync($"{ControlPaths.Tokens}/bart", new StringContent("abc"));
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_group_whose_cell_is_gone_is_told_so()
    {
        await using var proxy = await StartAsync();
        var token = await TokenAsync(proxy, "bart");
        await proxy.OrderAsync(proxy.LastOrders! with { Cells = [proxy.LastOrders.Cells[1]] });
        (await GetAsync(proxy, "/anthropic/v1/models", token)).ShouldStartWith("HTTP/1.1 403 ");
    }

    [Fact]
    public async Task The_port_comes_and_goes_with_the_orders_and_is_back_after_a_restart()
    {
        var proxy = await StartAsync();
        var orders = proxy.LastOrders!;
        var status = await proxy.StatusAsync();
        (status.Compatibility!.Trouble, status.Tokens.Count).ShouldBe((null, 0));
        await proxy.OrderAsync(orders with { Compatibility = null });
        await Should.ThrowAsync<SocketException>(() => RawAsync(orders.Compatibility!, "GET / HTTP/1.1\r\n\r\n"));
        (await proxy.StatusAsync()).Compatibility.ShouldBeNull();
        await proxy.OrderAsync(orders);
        var token = await TokenAsync(proxy, "bart");
        await proxy.StopAsync();
        await using var again = await ProxyServer.StartAsync(folder: proxy.Folder);
        (await RawAsync(orders.Compatibility!, Get("/anthropic/v1/x", token))).ShouldStartWith("HTTP/1.1 403 ");
        (await again.StatusAsync()).Tokens.ShouldHaveSingleItem().Group.Value.ShouldBe("bart");
    }

    [Fact]
    public async Task A_port_that_somebody_else_has_is_told_and_taken_once_it_is_free()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = new CompatibilityPort("127.0.0.1", ((IPEndPoint)other.LocalEndPoint!).Port);
        await using var proxy = await ProxyServer.StartAsync(ProxyServer.Orders with { Compatibility = port });
        (await proxy.StatusAsync()).Compatibility!.Trouble!.ShouldContain("another program has");

        other.Dispose();

        await Eventually.Until(async () => (await proxy.StatusAsync()).Compatibility!.Trouble is null);
        (await RawAsync(port, Get("/anthropic/v1/models", "x"))).ShouldStartWith("HTTP/1.1 401 ");
    }

    [Fact]
    public async Task Who_guesses_gets_no_answer_after_a_while_and_keeps_nobody_out()
    {
        await using var proxy = await StartAsync();
        await using var provider = await proxy.ProviderAsync();
        var token = await TokenAsync(proxy, "bart");
        for (var i = 0; i < WrongTries.Most; i++)
        {
            (await GetAsync(proxy, "/anthropic/v1/models", "guess")).ShouldStartWith("HTTP/1.1 401 ");
        }

        (await GetAsync(proxy, "/anthropic/v1/models", "guess")).ShouldBe("");
        (await GetAsync(proxy, "/anthropic/v1/models", token)).ShouldStartWith("HTTP/1.1 200 ");
        (await proxy.StatusAsync()).Compatibility!.Refused.ShouldBe(WrongTries.Most + 1);
    }

    [Fact]
    public void Another_machine_that_guesses_is_not_heard_for_a_minute()
    {
        var tries = new WrongTries(TimeProvider.System);
        var (bad, good) = (IPAddress.Parse("172.17.0.2"), IPAddress.Parse("172.17.0.3"));
        for (var i = 0; i < WrongTries.Most; i++)
        {
            tries.IsShutOut(bad).ShouldBeFalse();
            tries.Add(bad).ShouldBeFalse();
        }

        tries.IsShutOut(bad).ShouldBeTrue();
        tries.IsShutOut(IPAddress.Parse("::ffff:172.17.0.2")).ShouldBeTrue();
        tries.IsShutOut(good).ShouldBeFalse();
        var net = IPAddress.Parse("fd00::1");
        for (var i = 0; i < WrongTries.Most; i++)
        {
            tries.Add(IPAddress.Parse($"fd00::{i + 2:x}"));
        }

        tries.IsShutOut(net).ShouldBeTrue();
        tries.IsShutOut(IPAddress.Parse("fd00:0:0:1::1")).ShouldBeFalse();
        for (var i = 0; i < 20_000; i++)
        {
            tries.Add(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]));
        }

        tries.IsShutOut(good).ShouldBeFalse();
    }

    [Fact]
    public void Tokens_on_disk_are_hashes_of_their_owner_alone_and_what_is_none_is_refused()
    {
        var store = new TokenStore(folder, TimeProvider.System);
        var token = GroupToken.Of(new byte[32]);
        store.Set(Bart, Encoding.ASCII.GetBytes(Convert.ToHexString(GroupToken.Hash(token))), replace: false);
        var path = Path.Combine(folder, TokenStore.FileName);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        new TokenStore(folder, TimeProvider.System).Whose(token).ShouldBe(Bart);
        store.Whose(token + "A").ShouldBeNull();

        var whole = File.ReadAllText(path);
        foreach (
            var wrong in new[] { "x", whole.Replace("bart", "Bart!"), whole.Replace(' ', '\t'), whole[..^3], whole + "a b c" }
        )
        {
            File.WriteAllText(path, wrong);
            Should
                .Throw<CreelException>(() => new TokenStore(folder, TimeProvider.System))
                .Fault.Code.ShouldBe("tokens-unreadable");
        }
    }

    [Theory]
    [InlineData("creel-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("creel-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("creel-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", false)]
    [InlineData("Creel-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("", false)]
    public void A_token_has_one_shape(string text, bool well) => GroupToken.IsWellFormed(text).ShouldBe(well);

    private static async Task<ProxyServer> StartAsync(ProxyOrders? orders = null)
    {
        // Whoever takes it in between is told as trouble; then another one is tried.
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
            probe.Dispose();
            var asked = (orders ?? ProxyServer.Orders) with { Compatibility = new CompatibilityPort("127.0.0.1", port) };
            var proxy = await ProxyServer.StartAsync(asked);
            if ((await proxy.StatusAsync()).Compatibility!.Trouble is null)
            {
                return proxy;
            }

            await proxy.DisposeAsync();
        }
    }

    private static async Task<string> TokenAsync(ProxyServer proxy, string group, bool replace = false)
    {
        var token = GroupToken.Of(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        using var answer = await PutAsync(proxy, group, GroupToken.Hash(token), replace);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
        return token;
    }

    private static Task<HttpResponseMessage> PutAsync(ProxyServer proxy, string group, byte[] hash, bool replace = false) =>
        proxy.Control.PutAsync(
            $"{ControlPaths.Tokens}/{group}{(replace ? "?replace=1" : "")}",
            new StringContent(Convert.ToHexStringLower(hash))
        );

    private static Task<string> GetAsync(ProxyServer proxy, string path, string token) => RawAsync(proxy, Get(path, token));

    private static string Get(string path, string token) =>
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:18080\r\n{(token.Length > 0 ? $"x-api-key: {token}\r\n" : "")}Connection: close\r\n\r\n";

    private static Task<string> RawAsync(ProxyServer proxy, string bytes) => RawAsync(proxy.LastOrders!.Compatibility!, bytes);

    private static async Task<string> RawAsync(CompatibilityPort port, string bytes)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(port.Address), port.Port), limit.Token);
        await using var stream = new NetworkStream(socket);
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), limit.Token);
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // Closed without an answer.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    private static JsonElement Body(string answer) =>
        JsonDocument.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;

    private static async Task OnlyTheHashIsKept(ProxyServer proxy, string token)
    {
        var told = await proxy.Control.GetStringAsync(ControlPaths.Status) + proxy.Log.Text;
        told.ShouldNotContain(token);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(proxy.Folder, "home"), "*", SearchOption.AllDirectories))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (Path.GetFileName(file) != "lock")
            {
                (await new StreamReader(open, Encoding.Latin1).ReadToEndAsync()).ShouldNotContain(token[10..]);
            }
        }
    }
}
