using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;

namespace Creel.Tests.Gateway.Channels;

/// <summary>From a message to the agent and back.</summary>
public class LineTests
{
    private const string Simpsons = """
        {
          name: "simpsons",
          agents: { list: [{ id: "bart", default: true, workspace: "/srv/bart" }, { id: "lisa", workspace: "/srv/lisa" }] },
          bindings: [
            { agentId: "lisa", match: { channel: "loopback", accountId: "sax" } },
          ],
          channels: { loopback: { dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open", accounts: { default: {}, sax: {}, stray: {} } } },
        }
        """;

    [Fact]
    public async Task A_message_is_answered_by_the_account_that_it_came_in_on()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"));
        await bench.Channel("sax").PutAsync(GatewayBench.Direct("1", "ann", "hello", "sax"));

        var (first, second) = (await bench.NextAsync(), await bench.NextAsync("sax"));
        first.Text.ShouldBe("bart heard: hi");
        second.Text.ShouldBe("lisa heard: hello");
        first.Peer.ToString().ShouldBe("direct:ann");
    }

    [Fact]
    public async Task The_same_message_twice_is_one()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"), GatewayBench.Direct("1", "ann", "hi"));
        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"));
        await bench.Channel().PutAsync(GatewayBench.Direct("2", "ann", "you"));

        (await bench.NextAsync()).Text.ShouldEndWith("hi");
        (await bench.NextAsync()).Text.ShouldEndWith("you");
        bench.Turns.Submitted.ShouldBe(2);
    }

    [Fact]
    public async Task A_conversation_keeps_its_order_while_others_go_on()
    {
        await using var bench = await GatewayBench.StartAsync(
            Simpsons.Replace("name:", "session: { dmScope: 'per-peer' }, name:", StringComparison.Ordinal)
        );
        string[] people = [.. Enumerable.Range(0, 20).Select(i => $"p{i}")];

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(part =>
                    Task.Run(async () =>
                    {
                        foreach (var person in people.Where((_, i) => i % 4 == part))
                        {
                            for (var n = 0; n < 25; n++)
                            {
                                await bench.Channel().PutAsync(GatewayBench.Direct($"{person}-{n}", person, $"{n}"));
                            }
                        }
                    })
                )
        );

        var answers = new List<OutboundMessage>();
        while (answers.Count < 500)
        {
            answers.Add(await bench.NextAsync());
        }

        foreach (var person in people)
        {
            string[] expected = [.. Enumerable.Range(0, 25).Select(n => $"bart heard: {n}")];
            answers.Where(a => a.Peer.Id == person).Select(a => a.Text).ShouldBe(expected);
            bench
                .Turns.Started.Where(t => t.Origin!.Peer!.Id == person)
                .Select(t => t.Message)
                .ShouldBe(Enumerable.Range(0, 25).Select(n => $"{n}"));
        }
    }

    [Fact]
    public async Task What_was_not_done_when_all_ended_is_done_by_the_next_and_nothing_twice()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        var held = new TaskCompletionSource();
        bench.Turns.Answer = async request =>
        {
            await held.Task;
            return InMemoryTurns.Ok(request, $"re {request.Message}");
        };
        await bench.Channel().PutAsync([.. Enumerable.Range(0, 10).Select(i => GatewayBench.Direct($"{i}", "ann", $"m{i}"))]);
        await Eventually.Until(() => bench.Turns.Submitted == 10);

        await bench.EndAsync();
        await bench.BeginAsync();
        await bench.Channel().PutAsync(GatewayBench.Direct("3", "ann", "m3"));
        held.SetResult();

        for (var i = 0; i < 10; i++)
        {
            (await bench.NextAsync()).Text.ShouldBe($"re m{i}");
        }

        bench.Turns.Started.Count.ShouldBe(10);
        await Eventually.Until(() => bench.Host.Lanes.Open == 0);
        (await bench.Messages.OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_could_not_leave_leaves_after_a_restart_by_its_own_account()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        bench.Channel().Refuse = _ => new SendException("down", TimeSpan.FromMilliseconds(5));
        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "a"), GatewayBench.Direct("2", "ann", "b"));
        await Eventually.Until(() => bench.Host.Out.Waiting == 2);

        await bench.EndAsync();
        await bench.BeginAsync();

        (await bench.NextAsync()).Text.ShouldBe("bart heard: a");
        (await bench.NextAsync()).Text.ShouldBe("bart heard: b");
        bench.Channel("sax").Sent.TryRead(out _).ShouldBeFalse();
        await Eventually.Until(async () => (await bench.Messages.WaitingAsync()).Count == 0);
    }

    [Fact]
    public async Task An_answer_waits_for_its_account_when_that_is_taken_away_and_comes_back()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        var with = bench.Habitat;
        var answer = new TaskCompletionSource();
        bench.Turns.Answer = async request =>
        {
            await answer.Task;
            return InMemoryTurns.Ok(request, "late");
        };
        await bench.Channel("sax").PutAsync(GatewayBench.Direct("1", "ann", "a", "sax"));
        await Eventually.Until(() => bench.Turns.Submitted == 1);

        bench.Habitat = Habitats.Habitat.Model(Simpsons.Replace("sax: {},", "", StringComparison.Ordinal));
        await bench.Host.RefreshAsync();
        answer.SetResult();
        await Eventually.Until(() => bench.Host.Out.Waiting == 1);
        bench.Habitat = with;
        await bench.Host.RefreshAsync();

        (await bench.NextAsync("sax")).Text.ShouldBe("late");
        bench.Channel().Sent.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_messenger_that_asks_for_a_pause_gets_it_and_the_order_stays()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        var refusals = 3;
        bench.Channel().Refuse = _ =>
            Interlocked.Decrement(ref refusals) >= 0
                ? new SendException("slow down", TimeSpan.FromMilliseconds(20)) { Asked = true }
                : null;

        await bench.Channel().PutAsync([.. Enumerable.Range(0, 5).Select(i => GatewayBench.Direct($"{i}", "ann", $"{i}"))]);

        for (var i = 0; i < 5; i++)
        {
            (await bench.NextAsync()).Text.ShouldEndWith($"{i}");
        }
    }

    [Fact]
    public async Task What_a_messenger_will_never_take_is_told_and_holds_up_nothing()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        bench.Channel().Refuse = m =>
            m.Text.EndsWith("bad", StringComparison.Ordinal) ? new SendException("blocked", null) : null;

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "bad"), GatewayBench.Direct("2", "ann", "good"));

        (await bench.NextAsync()).Text.ShouldEndWith("good");
        bench.Log.Text.ShouldContain("blocked");
    }

    [Theory]
    [InlineData(TurnState.Timeout, TurnTrouble.None, null, Sentences.Slow)]
    [InlineData(TurnState.Error, TurnTrouble.Budget, "402 at /var/lib/x", Sentences.Broke)]
    [InlineData(TurnState.Error, TurnTrouble.Refused, "status 400: bad", Sentences.Refused)]
    [InlineData(TurnState.Error, TurnTrouble.ModelAway, "status 529", Sentences.ModelAway)]
    [InlineData(TurnState.Error, TurnTrouble.Away, "the agent's cell ended", Sentences.Away)]
    [InlineData(TurnState.Error, TurnTrouble.Failed, "the word budget, and that it expired, mean nothing", Sentences.Wrong)]
    public async Task What_goes_wrong_is_one_sentence_without_what_is_inside(
        TurnState state,
        TurnTrouble trouble,
        string? error,
        string said
    )
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        bench.Turns.Answer = request => Task.FromResult(InMemoryTurns.Ok(request, null, state, error, trouble));

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "hi"));

        (await bench.NextAsync()).Text.ShouldBe(said);
    }

    [Fact]
    public async Task A_store_of_turns_that_is_down_for_a_while_delays_and_loses_nothing()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        var refusals = 3;
        bench.Turns.Refuse = _ =>
            Interlocked.Decrement(ref refusals) >= 0 ? new CreelException(Fault.Unavailable("store", "disk full")) : null;

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "a"), GatewayBench.Direct("2", "ann", "b"));

        (await bench.NextAsync()).Text.ShouldEndWith("a");
        (await bench.NextAsync()).Text.ShouldEndWith("b");
    }

    [Fact]
    public async Task A_lane_that_is_full_is_said_and_no_more()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        bench.Turns.Refuse = _ => new CreelException(new Fault(FaultKind.TooMany, "lane-full", "lane agent:bart:main has 20"));

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", "a"));

        (await bench.NextAsync()).Text.ShouldBe(Sentences.Busy);
    }

    [Fact]
    public async Task An_account_that_no_binding_speaks_of_is_not_answered_for_by_the_default_agent()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);

        await bench.Channel("stray").PutAsync(GatewayBench.Direct("1", "ann", "hi", "stray"));

        bench.Turns.Submitted.ShouldBe(0);
        var dropped = bench.Host.Dropped.Last.ShouldHaveSingleItem();
        dropped.Reason.ShouldBe("account_without_binding");
        dropped.Why!.Remedy!.ShouldContain("creel agent bind");
    }

    [Fact]
    public async Task What_is_silent_or_empty_or_from_a_bot_is_not_answered()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        bench.Turns.Answer = request => Task.FromResult(InMemoryTurns.Ok(request, "NO_REPLY"));

        await bench
            .Channel()
            .PutAsync(
                GatewayBench.Direct("1", "ann", ""),
                GatewayBench.Direct("2", "ann", "quiet"),
                GatewayBench.Direct("3", "robot", "beep") with
                {
                    Sender = new Sender("robot", IsBot: true),
                }
            );

        await Eventually.Until(() => bench.Turns.Submitted == 1 && bench.Host.Lanes.Open == 0);
        bench.Channel().Sent.TryRead(out _).ShouldBeFalse();
        bench.Host.Dropped.Last.Select(d => d.Reason).ShouldBe(["sender_is_bot", "message_empty"]);
    }

    [Fact]
    public async Task A_message_of_a_megabyte_is_refused_in_one_sentence()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);

        await bench.Channel().PutAsync(GatewayBench.Direct("1", "ann", new string('x', 1024 * 1024)));

        (await bench.NextAsync()).Text.ShouldBe(Sentences.TooLong);
        bench.Turns.Submitted.ShouldBe(0);
    }

    [Fact]
    public async Task Files_that_wait_for_their_messenger_hold_up_no_other()
    {
        var paused = new CountdownEvent(4);
        byte[] Fetch(Attachment attachment)
        {
            if (attachment.Name == "fast")
            {
                return [1, 2, 3];
            }

            paused.Signal();
            throw new SendException("too many requests", TimeSpan.FromHours(1));
        }

        await using var bench = await GatewayBench.StartAsync(
            Simpsons,
            b =>
            {
                b.Instead = new FileKind(b.Loopback, Fetch);
                b.Media = new MemoryMedia();
            }
        );
        foreach (var id in (string[])["1", "2", "3", "4"])
        {
            await bench.Channel().PutAsync(File($"{id}", $"slow{id}"));
        }

        await Eventually.Until(() => paused.IsSet);
        await bench.Channel().PutAsync(File("5", "fast"));
        (await bench.NextAsync()).Text.ShouldContain("application/octet-stream, 3 bytes]");

        InboundMessage File(string id, string name) =>
            GatewayBench.Group(id, $"room{id}", "ann", "bart!") with
            {
                Attachments = [new Attachment("document", name, name)],
            };
    }

    private sealed class MemoryMedia : IAgentMedia
    {
        public ValueTask<string> PutAsync(AgentId agent, string name, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
            ValueTask.FromResult(name);

        public ValueTask<byte[]> GetAsync(AgentId agent, string path, long most, CancellationToken cancel) =>
            throw new NotSupportedException();
    }

    [Fact]
    public async Task Commands_are_the_gateways_own()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);

        await bench
            .Channel()
            .PutAsync(
                GatewayBench.Direct("1", "ann", "/new"),
                GatewayBench.Direct("2", "ann", "/reset tell me"),
                GatewayBench.Direct("3", "ann", "/stop"),
                GatewayBench.Direct("4", "ann", "/status"),
                GatewayBench.Direct("5", "ann", "/help"),
                GatewayBench.Direct("6", "ann", "/whoami"),
                GatewayBench.Direct("7", "ann", "/weather today")
            );

        var said = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            said.Add((await bench.NextAsync()).Text);
        }

        said.ShouldContain(Sentences.Fresh);
        said.ShouldContain("bart heard: tell me");
        said.ShouldContain("bart heard: /weather today");
        said.ShouldContain(text => text.Contains("/stop – ") && text.Contains("/status – "));
        said.ShouldContain("You are ann on loopback.");
        bench.Turns.Submitted.ShouldBe(2);
        said.ShouldContain(text => text.Contains("Session: agent:bart:main"));
        bench.Turns.Resets.Count.ShouldBe(2);
        bench.Turns.Aborted.ShouldAllBe(key => key == "agent:bart:main");
    }

    [Fact]
    public async Task Ten_thousand_messages_at_once_lose_none()
    {
        await using var bench = await GatewayBench.StartAsync(Simpsons);
        var messages = Enumerable
            .Range(0, 10_000)
            .Select(i => GatewayBench.Group($"{i}", $"g{i % 100}", "ann", $"bart {i}"))
            .ToList();

        foreach (var batch in messages.Chunk(100))
        {
            await bench.Channel().PutAsync(batch);
        }

        var next = new int[100];
        for (var i = 0; i < 10_000; i++)
        {
            var answer = await bench.NextAsync();
            var group = int.Parse(answer.Peer.Id[1..], System.Globalization.CultureInfo.InvariantCulture);
            answer.Text.ShouldBe($"bart heard: Ann: bart {(next[group]++ * 100) + group}");
        }

        await Eventually.Until(() => bench.Host.Lanes.Open == 0 && bench.Host.Out.Waiting == 0);
    }
}
