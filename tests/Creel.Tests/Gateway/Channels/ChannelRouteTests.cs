using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Creel.Core.Channels;
using Creel.Samples.Telegram;

namespace Creel.Tests.Gateway.Channels;

/// <summary>The API of channels, and the doors for messengers that call.</summary>
public class ChannelRouteTests
{
    private const string Token = "111:AAAAAAAAAAAAAAAAAAAA";
    private const string Secret = "webhook-secret-1";

    private static string Habitat(string root, int port) =>
        $$"""
            {
              name: "h", agents: { list: [{ id: "bart", workspace: "/srv/bart" }] },
              channels: {
                telegram: {
                  apiRoot: "{{root}}", botToken: "{{Token}}", dmPolicy: "open", allowFrom: ["*"],
                  webhookUrl: "http://127.0.0.1:{{port}}/channels/telegram/default/webhook", webhookSecret: "{{Secret}}",
                },
                webchat: { token: "chat-token" },
                loopback: {},
              },
            }
            """;

    [Fact]
    public async Task A_webhook_wants_its_secret_and_an_update_twice_is_one()
    {
        await using var at = await StartAsync();
        var payload = Payloads.Direct(7, "hi");

        var update = at.Bot.Add(payload);
        (await at.Telegram.CallWebhookAsync(at.Bot, update, "wrong")).ShouldBe(401);
        (await at.Telegram.CallWebhookAsync(at.Bot, update, null)).ShouldBe(401);
        at.Bench.Turns.Submitted.ShouldBe(0);
        (await at.Telegram.CallWebhookAsync(at.Bot, update, Secret)).ShouldBe(200);
        (await at.Telegram.CallWebhookAsync(at.Bot, update, Secret)).ShouldBe(200);

        await Eventually.Until(() => at.Telegram.Sent.Count == 1 && at.Bench.Host.Lanes.Open == 0);
        at.Bench.Turns.Submitted.ShouldBe(1);
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 200)]
    [InlineData("{}", 200)]
    [InlineData("null", 200)]
    public async Task A_webhook_with_nonsense_is_answered_and_kept_out(string body, int status)
    {
        await using var at = await StartAsync();

        using var answer = await at.Server.PostAsync(
            at.Server.Anybody,
            "/channels/telegram/default/webhook",
            body,
            ("X-Telegram-Bot-Api-Secret-Token", Secret)
        );

        ((int)answer.StatusCode).ShouldBe(status);
        at.Bench.Turns.Submitted.ShouldBe(0);
    }

    [Fact]
    public async Task A_webhook_of_two_megabytes_is_too_large()
    {
        await using var at = await StartAsync();

        using var answer = await at.Server.PostAsync(
            at.Server.Anybody,
            "/channels/telegram/default/webhook",
            new string(' ', 2 * 1024 * 1024),
            ("X-Telegram-Bot-Api-Secret-Token", Secret)
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("/channels/telegram/nobody/webhook")]
    [InlineData("/channels/loopback/default/webhook")]
    [InlineData("/channels/%20/%20/webhook")]
    [InlineData("/channels/__proto__/constructor/webhook")]
    public async Task A_webhook_of_nobody_is_not_there(string path)
    {
        await using var at = await StartAsync();

        using var answer = await at.Server.PostAsync(at.Server.Anybody, path, "{}");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Everything_else_wants_the_admin_token()
    {
        await using var at = await StartAsync();

        foreach (var path in (string[])["/channels", "/pairings"])
        {
            using var answer = await at.Server.Anybody.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        using var put = await at.Server.Anybody.PutAsJsonAsync("/channels/telegram/x/token", new { token = Token });
        put.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_status_says_how_each_account_stands_and_shows_no_secret()
    {
        await using var at = await StartAsync();

        var text = (await at.Server.GetAsync("/channels?probe=1")).ToString();

        text.ShouldContain("\"bart_bot\"");
        text.ShouldNotContain("AAAA");
        text.ShouldNotContain(Secret);
        text.ShouldNotContain("chat-token");
    }

    [Fact]
    public async Task A_login_is_tried_and_kept_and_a_text_that_is_no_token_is_not()
    {
        await using var at = await StartAsync();
        at.Telegram.Bot("222:BBBBBBBBBBBBBBBBBBBB", 222, "lisa_bot");

        using var wrong = await at.Server.Admin.PutAsJsonAsync("/channels/telegram/lisa/token", new { token = "what a secret" });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync()).ShouldNotContain("what a secret");
        using var right = await at.Server.Admin.PutAsJsonAsync(
            "/channels/telegram/lisa/token",
            new { token = "222:BBBBBBBBBBBBBBBBBBBB" }
        );
        (await right.Content.ReadAsStringAsync()).ShouldContain("@lisa_bot");

        await Eventually.Until(() =>
            at.Bench.Host.Book.Find(new ChannelAccount("telegram", "lisa"))?.Channel?.State.Connected == true
        );
        using var twin = await at.Server.Admin.PutAsJsonAsync(
            "/channels/telegram/twin/token",
            new { token = "222:BBBBBBBBBBBBBBBBBBBB" }
        );
        (await twin.Content.ReadAsStringAsync()).ShouldContain("account lisa has the same token");
        using var gone = await at.Server.Admin.DeleteAsync("/channels/telegram/lisa/token");
        gone.StatusCode.ShouldBe(HttpStatusCode.OK);
        at.Bench.Host.Book.Find(new ChannelAccount("telegram", "lisa")).ShouldBeNull();
        using var unknown = await at.Server.Admin.PutAsJsonAsync("/channels/smoke/x/token", new { token = "x" });
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_token_that_is_refused_or_could_not_be_tried_is_not_kept_unless_somebody_says_so()
    {
        await using var at = await StartAsync();
        const string stranger = "333:CCCCCCCCCCCCCCCCCCCC";

        using var refused = await at.Server.Admin.PutAsJsonAsync("/channels/telegram/lisa/token", new { token = stranger });
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("token-refused");
        at.Bench.Tokens.List().ShouldBeEmpty();
        await at.Telegram.DisposeAsync();
        using var away = await at.Server.Admin.PutAsJsonAsync("/channels/telegram/lisa/token", new { token = stranger });
        away.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        at.Bench.Tokens.List().ShouldBeEmpty();
        using var untried = await at.Server.Admin.PutAsJsonAsync(
            "/channels/telegram/lisa/token",
            new { token = stranger, probe = false }
        );
        (await untried.Content.ReadAsStringAsync()).ShouldContain("\"probed\":false");
        at.Bench.Tokens.List().ShouldHaveSingleItem().Account.ShouldBe("lisa");
    }

    [Theory]
    [InlineData("""{"peer":"direct:","text":"x"}""", 400)]
    [InlineData("""{"peer":"smoke:1","text":"x"}""", 400)]
    [InlineData("""{"peer":7,"text":"x"}""", 400)]
    [InlineData("""{"peer":"direct:7","text":""}""", 400)]
    [InlineData("""{"peer":"direct:tg:7","text":"hi"}""", 202)]
    public async Task An_operator_sends_or_is_told_why_not(string body, int status)
    {
        await using var at = await StartAsync();

        using var answer = await at.Server.PostAsync(at.Server.Admin, "/channels/telegram/default/messages", body);

        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_page_talks_and_sees_the_answer_grow()
    {
        await using var at = await StartAsync();
        using var socket = await at.Server.ConnectAsync();
        await GatewayServer.SayAsync(socket, """{"type":"hello","token":"chat-token","peer":"kitchen"}""");
        (await GatewayServer.HearAsync(socket, "hello")).GetProperty("peer").GetString().ShouldBe("kitchen");

        await GatewayServer.SayAsync(socket, """{"type":"message","id":"1","text":"hi"}""");
        await GatewayServer.SayAsync(socket, """{"type":"message","id":"1","text":"hi"}""");
        await GatewayServer.SayAsync(socket, """{"type":"nonsense"}""");
        var heard = new List<string>();
        while (!heard.Contains("message") || !heard.Contains("error"))
        {
            var one = (await GatewayServer.HearAsync(socket)).ShouldNotBeNull();
            heard.Add(one.GetProperty("type").GetString()!);
            if (heard[^1] == "message")
            {
                one.GetProperty("text").GetString().ShouldBe("bart heard: hi");
            }
        }

        heard.Count(h => h == "taken").ShouldBe(2);
        at.Bench.Turns.Submitted.ShouldBe(1);
        at.Bench.Turns.Started.ShouldHaveSingleItem().Origin!.Peer!.ToString().ShouldBe("direct:kitchen");
    }

    [Fact]
    public async Task Who_comes_back_gets_what_was_said_meanwhile()
    {
        await using var at = await StartAsync();
        var answer = new TaskCompletionSource();
        at.Bench.Turns.Answer = async request =>
        {
            await answer.Task;
            return InMemoryTurns.Ok(request, "late");
        };
        using (var socket = await at.Server.ConnectAsync())
        {
            await GatewayServer.SayAsync(socket, """{"type":"hello","token":"chat-token","peer":"kitchen"}""");
            await GatewayServer.SayAsync(socket, """{"type":"message","id":"1","text":"hi"}""");
            await GatewayServer.HearAsync(socket, "taken");
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        answer.SetResult();
        await Eventually.Until(() => at.Bench.Host.Out.Waiting == 1);
        using var again = await at.Server.ConnectAsync();
        await GatewayServer.SayAsync(again, """{"type":"hello","token":"chat-token","peer":"kitchen"}""");

        (await GatewayServer.HearAsync(again, "message")).GetProperty("text").GetString().ShouldBe("late");
    }

    [Theory]
    [InlineData("""{"type":"hello","token":"wrong"}""")]
    [InlineData("""{"type":"message","text":"hi"}""")]
    [InlineData("""{"type":"hello","token":"chat-token","peer":"../x"}""")]
    [InlineData("no json")]
    public async Task Who_does_not_prove_himself_is_put_out(string first)
    {
        await using var at = await StartAsync();
        using var socket = await at.Server.ConnectAsync();

        await GatewayServer.SayAsync(socket, first);

        (await GatewayServer.HearAsync(socket)).ShouldBeNull();
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.PolicyViolation);
        at.Bench.Turns.Submitted.ShouldBe(0);
    }

    [Fact]
    public async Task Who_has_not_proved_himself_sends_little()
    {
        await using var at = await StartAsync();
        using var socket = await at.Server.ConnectAsync();

        var hello = $"{{\"type\":\"hello\",\"token\":\"chat-token\",\"peer\":\"ann\",\"more\":\"{new string('x', 4096)}\"}}";
        await GatewayServer.SayAsync(socket, hello);

        (await GatewayServer.HearAsync(socket)).ShouldBeNull();
        socket.CloseStatusDescription!.ShouldContain("4096");
    }

    [Fact]
    public async Task Those_who_say_nothing_keep_nobody_away()
    {
        await using var at = await StartAsync();
        var silent = await Task.WhenAll(Enumerable.Range(0, 65).Select(_ => at.Server.ConnectAsync()));
        using var ann = await at.Server.ConnectAsync();

        await GatewayServer.SayAsync(ann, "{\"type\":\"hello\",\"token\":\"chat-token\",\"peer\":\"ann\"}");
        (await GatewayServer.HearAsync(ann, "hello")).GetProperty("peer").GetString().ShouldBe("ann");

        var gone = await Task.WhenAny(silent.Select(GatewayServer.HearAsync));
        (await gone).ShouldBeNull();
        silent.Count(s => s.CloseStatusDescription == "too many come at once: come again").ShouldBeInRange(1, 2);
        foreach (var socket in silent)
        {
            socket.Dispose();
        }
    }

    [Fact]
    public async Task A_strangers_body_is_not_read()
    {
        await using var at = await StartAsync();
        using var line = new System.Net.Sockets.TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, at.Server.Port);
        var stream = line.GetStream();
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes(
                $"POST /channels/telegram/default/webhook HTTP/1.1\r\nHost: 127.0.0.1:{at.Server.Port}\r\nContent-Length: 1000000\r\n"
                    + "X-Telegram-Bot-Api-Secret-Token: wrong\r\n\r\n{"
            )
        );

        // It is answered although the rest never comes.
        using var reader = new StreamReader(stream);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        (await reader.ReadLineAsync(limit.Token))!.ShouldContain("401");
    }

    [Fact]
    public async Task A_page_of_another_site_gets_no_socket()
    {
        await using var at = await StartAsync();

        await Should.ThrowAsync<WebSocketException>(() => at.Server.ConnectAsync(origin: "https://evil.example"));
    }

    private static async Task<Place> StartAsync()
    {
        var telegram = await StandInTelegram.StartAsync();
        var bot = telegram.Bot(Token, 111, "bart_bot");
        var port = FreePort();
        var bench = await GatewayBench.StartAsync(Habitat(telegram.Root, port));
        var server = await GatewayServer.StartAsync(() => bench, port);
        await Eventually.Until(() => bot.Webhook is not null);
        await Eventually.Until(() => bench.Host.Book.Get("telegram", "default").Channel!.State.Connected);
        return new Place(telegram, bot, bench, server);
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed record Place(StandInTelegram Telegram, StandInBot Bot, GatewayBench Bench, GatewayServer Server)
        : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Bench.DisposeAsync();
            await Telegram.DisposeAsync();
        }
    }
}
