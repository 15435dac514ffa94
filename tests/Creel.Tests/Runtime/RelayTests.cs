using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Runtime;
using Creel.Runtime.Relay;

namespace Creel.Tests.Runtime;

public sealed class RelayTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private readonly CancellationTokenSource stop = new();
    private TestHub hub = null!;
    private StandInProxy proxy = null!;
    private ProxyRelay relay = null!;
    private Task running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        hub = await TestHub.StartAsync(folder["hub.sock"], "bart", folder.Path);
        proxy = new StandInProxy(folder["proxy.sock"]);
        relay = new ProxyRelay(
            new IPEndPoint(IPAddress.Loopback, 0),
            new RelayTargets(folder["hub.sock"], folder["proxy.sock"]),
            Log()
        );
        running = relay.RunAsync(stop.Token);
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        relay.Dispose();
        proxy.Dispose();
        await hub.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Requests_under_creel_go_to_the_hub_with_their_path_and_body()
    {
        var answer = await AskAsync(
            "POST /creel/tasks?x=1 HTTP/1.1\r\nHost: 127.0.0.1:18080\r\nX-Creel-Agent: bart\r\nContent-Length: 5\r\n\r\nhello"
        );
        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain("hub POST /creel/tasks?x=1 host=hub agent=bart body=hello");
        proxy.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_health_check_asks_whether_the_relay_listens()
    {
        var port = $"{relay.Port}";
        (await RelayProbe.AnswersAsync(_ => port)).ShouldBeTrue();
        await stop.CancelAsync();
        await running;
        relay.Dispose();
        (await RelayProbe.AnswersAsync(_ => port)).ShouldBeFalse();
        (await RelayProbe.AnswersAsync(_ => "0")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_chunked_body_reaches_the_hub_whole()
    {
        var answer = await AskAsync(
            "POST /creel/tasks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n"
        );
        answer.ShouldContain("body=abcde");
    }

    [Fact]
    public async Task All_else_goes_to_the_proxy_byte_for_byte()
    {
        foreach (
            var request in (string[])
                [
                    "GET /anthropic/v1 HTTP/1.1\r\nhOsT:  x\r\nA: \xe9\r\n\r\n",
                    "GET http://example.com/creel/x HTTP/1.1\r\nHost: example.com\r\n\r\n",
                    "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                    "GET /creelish HTTP/1.0\r\n\r\n",
                    "CONNECT api.example.com:443 HTTP/1.1\r\n\r\n\x16\x03\x01GET /creel/x HTTP/1.1\r\n\r\n",
                    "\x16\x03\x01 a TLS hello",
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                ]
        )
        {
            await AskAsync(request);
            await Eventually.Until(() => proxy.Received.LastOrDefault() == request);
        }
    }

    [Fact]
    public async Task One_kept_connection_may_turn_from_the_proxy_to_the_hub()
    {
        using var client = await ConnectAsync();
        var body = "GET /creel/smuggled HTTP/1.1\r\n\r\n";
        await client.SendAsync(Bytes($"POST /anthropic/a HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        (await ReadUntilAsync(client, "proxy 1;")).ShouldNotContain("hub");
        await client.SendAsync(Bytes("GET /anthropic/b HTTP/1.1\r\n\r\n"));
        await ReadUntilAsync(client, "proxy 2;");
        await client.SendAsync(Bytes("GET /creel/me HTTP/1.1\r\nHost: x\r\n\r\n"));
        var answer = await ReadUntilAsync(client, null);
        answer.ShouldContain("hub GET /creel/me");
        proxy.Received.Single().ShouldNotContain("/creel/me");
    }

    [Theory]
    [InlineData("POST /creel/a HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /creel/a HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("POST /creel/a HTTP/1.1\r\nContent-Length: +5\r\n\r\nhello")]
    [InlineData("POST /creel/a HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\nhello")]
    [InlineData("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nA: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nA: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET  /creel/a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /creel/a HTTP/1.1 \r\n\r\n")]
    [InlineData("GET /creel/a HTTP/2.0\r\n\r\n")]
    [InlineData("POST /creel/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n")]
    public async Task What_two_readers_could_read_differently_goes_to_neither(string request)
    {
        (await AskAsync(request + "GET /creel/second HTTP/1.1\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");
        proxy.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_follows_a_request_to_the_hub_goes_nowhere()
    {
        var answer = await AskAsync(
            "GET /creel/a HTTP/1.1\r\nHost: x\r\n\r\nGET /anthropic/b HTTP/1.1\r\n\r\nGET /creel/c HTTP/1.1\r\n\r\n"
        );
        answer.ShouldContain("hub GET /creel/a ");
        answer.ShouldNotContain("/creel/c");
        proxy.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_proxy_the_answer_is_a_whole_503()
    {
        proxy.Dispose();
        File.Delete(folder["proxy.sock"]);
        var answer = await AskAsync("POST /anthropic/v1/messages HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
        answer.ShouldStartWith("HTTP/1.1 503");
        answer.ShouldContain("Retry-After: ");
        answer.ShouldEndWith("\"code\":\"no-proxy\"}");
    }

    [Theory]
    [InlineData(70_000, "", "HTTP/1.1 431")]
    [InlineData(1, "Content-Length: 99999999\r\n", "HTTP/1.1 413")]
    public async Task Too_much_is_refused(int padding, string header, string answer) =>
        (await AskAsync($"GET /creel/a HTTP/1.1\r\nA: {new string('x', padding)}\r\n{header}\r\n")).ShouldStartWith(answer);

    [Fact]
    public async Task A_client_that_says_nothing_or_half_and_goes_costs_nothing()
    {
        foreach (var start in (string[])["", "G", "GET /creel/", "POST /creel/a HTTP/1.1\r\nContent-Length: 10\r\n\r\nhal"])
        {
            using var client = await ConnectAsync();
            await client.SendAsync(Bytes(start));
        }

        (await AskAsync("GET /creel/a HTTP/1.1\r\nHost: x\r\n\r\n")).ShouldContain("hub GET /creel/a");
    }

    [Fact]
    public async Task An_ordinary_client_can_use_both_in_turn()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{relay.Port}") };
        for (var i = 0; i < 5; i++)
        {
            (await client.GetStringAsync("/creel/me")).ShouldContain("hub GET /creel/me");
            (await client.PostAsync("/anthropic/v1", new StringContent("{}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    private RuntimeLog Log() => new(folder["log"], TimeProvider.System);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, relay.Port);
        return socket;
    }

    /// <summary>All that comes back until the other side closes, after everything was sent.</summary>
    private async Task<string> AskAsync(string request)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(Bytes(request));
        client.Shutdown(SocketShutdown.Send);
        return await ReadUntilAsync(client, null);
    }

    private static async Task<string> ReadUntilAsync(Socket client, string? mark)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var text = "";
        var buffer = new byte[8192];
        while (mark is null || !text.Contains(mark))
        {
            var count = await client.ReceiveAsync(buffer, deadline.Token);
            if (count == 0)
            {
                break;
            }

            text += Encoding.Latin1.GetString(buffer, 0, count);
        }

        return text;
    }
}
