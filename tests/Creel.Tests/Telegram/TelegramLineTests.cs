using Creel.Core.Channels;
using Creel.Samples.Telegram;
using Creel.Tests.Gateway.Channels;
using Peer = Creel.Core.Routing.Peer;

namespace Creel.Tests.Telegram;

/// <summary>From a stand-in Telegram to the agent and back by the same bot.</summary>
public class TelegramLineTests
{
    private const string One = "111:AAAAAAAAAAAAAAAAAAAA";
    private const string Two = "222:BBBBBBBBBBBBBBBBBBBB";

    private static string Habitat(
        string root,
        string more = "",
        string accounts = $"one: {{ botToken: '{One}' }}, two: {{ botToken: '{Two}' }}"
    ) =>
        $$"""
            {
              name: "simpsons",
              agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart" }, { id: "lisa", workspace: "/srv/lisa" }] },
              bindings: [
                { agentId: "bart", match: { channel: "telegram", accountId: "one" } },
                { agentId: "lisa", match: { channel: "telegram", accountId: "two" } },
              ],
              channels: { telegram: {
                apiRoot: "{{root}}", {{(
                more.Contains("dmPolicy", StringComparison.Ordinal)
                    ? ""
                    : "dmPolicy: 'open', allowFrom: ['*'], groupPolicy: 'open',"
            )}}
                {{more}}
                accounts: { {{accounts}} },
              } },
            }
            """;

    [Theory]
    [InlineData("", "new reset stop status whoami model help")]
    [InlineData("commands: { native: false },", "")]
    public async Task A_bot_has_a_menu_of_what_the_gateway_answers(string said, string menu)
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        await using var bench = await GatewayBench.StartAsync(
            Habitat(telegram.Root, said, accounts: $"one: {{ botToken: '{One}' }}")
        );

        await Eventually.Until(() => one.Menu is not null);
        string.Join(' ', one.Menu!).ShouldBe(menu);
    }

    [Fact]
    public async Task Two_bots_answer_each_for_their_own_agent()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var (one, two) = (telegram.Bot(One, 111, "one_bot"), telegram.Bot(Two, 222, "two_bot"));
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));

        bench.Turns.Answer = async request =>
        {
            await Eventually.Until(() => !one.Typed.IsEmpty);
            return InMemoryTurns.Ok(request, $"{request.Agent} heard: {request.Message}");
        };

        for (var i = 0; i < 50; i++)
        {
            await telegram.WriteAsync(one, Payloads.Direct(7, $"a{i}"));
            await telegram.WriteAsync(two, Payloads.Direct(7, $"b{i}"));
        }

        await Eventually.Until(() => telegram.Sent.Count == 100);
        telegram
            .Sent.Where(s => s.Bot == "one_bot")
            .Select(s => s.Text)
            .ShouldBe(Enumerable.Range(0, 50).Select(i => $"bart heard: a{i}"));
        telegram
            .Sent.Where(s => s.Bot == "two_bot")
            .Select(s => s.Text)
            .ShouldBe(Enumerable.Range(0, 50).Select(i => $"lisa heard: b{i}"));
        telegram.Sent.ShouldAllBe(s => s.Chat == 7);
        await Eventually.Until(() => one.Unconfirmed == 0 && two.Unconfirmed == 0);
        bench.Log.Text.ShouldNotContain("AAAA");
    }

    [Fact]
    public async Task A_restart_reads_on_where_it_was()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));
        await telegram.WriteAsync(one, Payloads.Direct(7, "first"));
        await Eventually.Until(() => telegram.Sent.Count == 1);

        await bench.EndAsync();
        await telegram.WriteAsync(one, Payloads.Direct(7, "meanwhile"));
        await bench.BeginAsync();

        await Eventually.Until(() => telegram.Sent.Count == 2);
        telegram.Sent.Last().Text.ShouldBe("bart heard: meanwhile");
        bench.Turns.Submitted.ShouldBe(2);
        telegram.Calls.Where(c => c.Method == "getUpdates" && c.Token == One).Last().Body["offset"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Limits_of_rate_are_kept_and_the_order_too()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        one.RefuseNext(new SendRefusal(429, "Too Many Requests: retry after 1", 1));
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));

        for (var i = 0; i < 5; i++)
        {
            await telegram.WriteAsync(one, Payloads.Direct(7, $"{i}"));
        }

        await Eventually.Until(() => telegram.Sent.Count == 5);
        telegram.Sent.Select(s => s.Text).ShouldBe(Enumerable.Range(0, 5).Select(i => $"bart heard: {i}"));
    }

    [Fact]
    public async Task Another_program_that_reads_is_told_clearly_and_is_got_over()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        one.Conflict = true;
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));

        await Eventually.Until(() =>
            State(bench, "one").Trouble?.Contains("somebody else reads", StringComparison.Ordinal) == true
        );
        one.Conflict = false;
        await telegram.WriteAsync(one, Payloads.Direct(7, "hi"));

        await Eventually.Until(() => telegram.Sent.Count == 1);
        State(bench, "one").ShouldSatisfyAllConditions(s => s.Connected.ShouldBeTrue(), s => s.Trouble.ShouldBeNull());
    }

    [Fact]
    public async Task A_wrong_token_is_told_and_shown_nowhere()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var two = telegram.Bot(Two, 222, "two_bot");
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));

        await Eventually.Until(() => State(bench, "one").Trouble is not null);
        await telegram.WriteAsync(two, Payloads.Direct(7, "hi"));
        await Eventually.Until(() => telegram.Sent.Count == 1);

        State(bench, "one").Trouble!.ShouldContain("creel channel login");
        await Eventually.Until(() =>
            bench.Log.Text.Contains("telegram:one: Telegram does not know the token", StringComparison.Ordinal)
        );
        (bench.Log.Text + State(bench, "one").Trouble).ShouldNotContain("AAAA");
    }

    [Fact]
    public async Task A_server_that_is_not_there_shows_no_token()
    {
        await using var bench = await GatewayBench.StartAsync(Habitat("http://127.0.0.1:9"));

        await Eventually.Until(() => State(bench, "one").Trouble is not null);
        var probe = await bench.Host.Book.Get("telegram", "one").Channel!.ProbeAsync(default);

        probe.Works.ShouldBeFalse();
        (bench.Log.Text + State(bench, "one").Trouble + probe).ShouldNotContain("AAAA");
        probe.Trouble!.ShouldContain("127.0.0.1");
    }

    [Fact]
    public async Task Text_that_is_no_tags_for_Telegram_goes_as_it_is()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        one.RefuseNext(new SendRefusal(400, "Bad Request: can't parse entities: Can't find end of the entity"));
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));
        bench.Turns.Answer = request => Task.FromResult(InMemoryTurns.Ok(request, $"**{request.Message}**"));

        await telegram.WriteAsync(one, Payloads.Direct(7, "a"));
        await telegram.WriteAsync(one, Payloads.Direct(7, "b"));

        await Eventually.Until(() => telegram.Sent.Count == 2);
        telegram.Sent.Select(s => (s.Text, s.Html)).ShouldBe([("**a**", null), ("b", "<b>b</b>")]);
    }

    [Fact]
    public async Task A_long_answer_comes_in_several_messages_in_order()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));
        var text = string.Join(
            "\n\n",
            Enumerable.Range(0, 300).Select(i => $"Paragraph {i} says something <of> & about *all* of it.")
        );
        bench.Turns.Answer = request => Task.FromResult(InMemoryTurns.Ok(request, text));

        await telegram.WriteAsync(one, Payloads.Direct(7, "tell"));

        await Eventually.Until(() => bench.Host.Lanes.Open == 0 && bench.Host.Out.Waiting == 0 && telegram.Sent.Count > 3);
        string.Join("\n\n", telegram.Sent.Select(s => s.Text)).ShouldBe(text.Replace("*", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_topic_is_answered_in_the_topic_and_the_general_one_without_its_number()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));

        bench.Turns.Answer = async request =>
        {
            await Eventually.Until(() => one.Typed.Select(t => (long)t["message_thread_id"]!).Distinct().Count() == 2);
            return InMemoryTurns.Ok(request, "here");
        };

        var topic = Payloads.Group(-1001, 7, "@one_bot hi", forum: true).With("mention", "@one_bot");
        await telegram.WriteAsync(one, topic.And("is_topic_message", true).And("message_thread_id", 4));
        var general = Payloads.Group(-1001, 7, "@one_bot ho", forum: true).With("mention", "@one_bot");
        await telegram.WriteAsync(one, general);
        await telegram.WriteAsync(one, Payloads.Group(-1001, 7, "not for us"));

        await Eventually.Until(() => telegram.Sent.Count == 2);
        telegram.Sent.Select(s => (s.Chat, s.Thread)).ShouldBe([(-1001, 4L), (-1001, null)], ignoreOrder: true);
        bench
            .Turns.Started.Select(t => t.SessionKey)
            .Order()
            .ShouldBe(["agent:bart:telegram:group:-1001:topic:1", "agent:bart:telegram:group:-1001:topic:4"]);
        await Eventually.Until(() => bench.Host.Dropped.Last.Any(d => d.Reason == "not_mentioned"));
    }

    [Fact]
    public async Task What_a_group_adds_to_the_prompt_comes_along_and_links_stay_plain()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        const string more =
            "linkPreview: false, groups: { '*': { requireMention: false, systemPrompt: 'all' }, '-5': { requireMention: false, "
            + "topics: { '4': { systemPrompt: 'topic' } }, systemPrompt: 'five' } },";
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root, more));

        await telegram.WriteAsync(one, Payloads.Direct(7, "a"));
        await telegram.WriteAsync(one, Payloads.Group(-5, 7, "b"));
        await telegram.WriteAsync(one, Payloads.Group(-6, 7, "c"));
        var topic = Payloads.Group(-5, 7, "d", forum: true);
        await telegram.WriteAsync(one, topic.And("is_topic_message", true).And("message_thread_id", 4));

        await Eventually.Until(() => telegram.Sent.Count == 4);
        bench.Turns.Started.OrderBy(t => t.Message[^1]).Select(t => t.ExtraSystemPrompt).ShouldBe([null, "five", "all", "topic"]);
        telegram
            .Calls.Where(c => c.Method == "sendMessage")
            .ShouldAllBe(c => (bool)c.Body["link_preview_options"]!["is_disabled"]!);
    }

    [Fact]
    public async Task Who_blocked_the_bot_holds_up_nobody_and_a_group_that_moved_is_followed()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        one.Refuse = body =>
            (long)body["chat_id"]! switch
            {
                7 => new SendRefusal(403, "Forbidden: bot was blocked by the user"),
                -5 => new SendRefusal(400, "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: -100500),
                _ => null,
            };
        await using var bench = await GatewayBench.StartAsync(
            Habitat(telegram.Root, "groups: { '*': { requireMention: false } },")
        );

        await telegram.WriteAsync(one, Payloads.Direct(7, "a"));
        await telegram.WriteAsync(one, Payloads.Direct(8, "b"));
        await telegram.WriteAsync(one, Payloads.Group(-5, 8, "c"));

        await Eventually.Until(() => telegram.Sent.Count == 2 && bench.Host.Out.Waiting == 0);
        telegram.Sent.Select(s => s.Chat).Order().ShouldBe([-100500, 8]);
    }

    [Fact]
    public async Task A_stranger_gets_one_code_and_may_write_once_it_is_approved()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root, "dmPolicy: 'pairing',"));

        foreach (var stranger in (long[])[1, 2, 3, 4, 1])
        {
            await telegram.WriteAsync(one, Payloads.Direct(stranger, "let me in"));
        }

        await Eventually.Until(() => one.Unconfirmed == 0 && bench.Host.Out.Waiting == 0 && telegram.Sent.Count >= 3);
        telegram.Sent.Select(s => s.Chat).Order().ShouldBe([1, 2, 3]);
        var text = telegram.Sent.First(s => s.Chat == 2).Text;
        var code = text.Split('\n').First(l => l.StartsWith("Pairing code: ", StringComparison.Ordinal))[14..];
        text.ShouldContain($"creel pairing approve telegram {code}");
        bench.Turns.Submitted.ShouldBe(0);

        (await bench.Host.ApproveAsync("telegram", "two", code)).ShouldBeNull();
        (await bench.Host.ApproveAsync("telegram", null, code.ToLowerInvariant()))!.Sender.ShouldBe("2");
        (await bench.Host.ApproveAsync("telegram", null, code)).ShouldBeNull();
        await telegram.WriteAsync(one, Payloads.Direct(2, "thanks"));

        await Eventually.Until(() => telegram.Sent.Any(s => s.Text == "bart heard: thanks"));
        await bench.EndAsync();
        await bench.BeginAsync();
        await telegram.WriteAsync(one, Payloads.Direct(2, "again"));
        await Eventually.Until(() => telegram.Sent.Any(s => s.Text == "bart heard: again"));
    }

    [Fact]
    public async Task An_account_without_a_token_says_so_and_one_from_a_login_works()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        await using var bench = await GatewayBench.StartAsync(
            Habitat(telegram.Root, accounts: "one: { botToken: '${NAME}' }, two: {}")
        );
        bench.Host.Book.Get("telegram", "two").Trouble!.ShouldContain("creel channel login --channel telegram --account two");
        bench.Host.Book.Get("telegram", "one").Trouble!.ShouldContain("NAME");

        bench.Tokens.Set(new ChannelAccount("telegram", "one"), One);
        await bench.Host.Book.RefreshAsync(anyway: true);
        await telegram.WriteAsync(one, Payloads.Direct(7, "hi"));

        await Eventually.Until(() => telegram.Sent.Count == 1);
    }

    [Fact]
    public async Task Whom_to_listen_to_changes_without_a_new_connection()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        var one = telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));
        var channel = bench.Host.Book.Get("telegram", "one").Channel;

        bench.Habitat = Habitats.Habitat.Model(Habitat(telegram.Root, "dmPolicy: 'disabled',"));
        await bench.Host.RefreshAsync();
        await telegram.WriteAsync(one, Payloads.Direct(7, "hi"));

        await Eventually.Until(() => bench.Host.Dropped.Last.Any(d => d.Reason == "dm_policy_disabled"));
        bench.Host.Book.Get("telegram", "one").Channel.ShouldBeSameAs(channel);
    }

    [Fact]
    public async Task An_operator_says_something_by_one_account()
    {
        await using var telegram = await StandInTelegram.StartAsync();
        telegram.Bot(One, 111, "one_bot");
        telegram.Bot(Two, 222, "two_bot");
        await using var bench = await GatewayBench.StartAsync(Habitat(telegram.Root));

        var peer = new Peer(Creel.Core.Routing.PeerKind.Direct, "7");
        (await bench.Host.SendAsync(new ChannelAccount("telegram", "two"), new OutboundMessage(peer, "News"))).ShouldBe(1);

        await Eventually.Until(() => telegram.Sent.Count == 1);
        telegram.Sent.First().ShouldBe(new SentMessage("two_bot", 7, "News", "News", null, null));
    }

    private static ChannelState State(GatewayBench bench, string account) =>
        bench.Host.Book.Get("telegram", account).Channel!.State;
}
